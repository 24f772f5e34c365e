// A Supabase Realtime server in front of a local stack, which has none: forwards requests, and
// notifies subscribers of a changed row for each line on standard input.
import { createServer, request } from 'node:http'
import { createInterface } from 'node:readline'
import { WebSocketServer } from 'ws'

const stack = new URL(process.env.SUPABASE_URL)
const server = createServer((asked, answer) => {
  const { method, url, headers } = asked
  const passed = request({ host: stack.hostname, port: stack.port, method, path: url, headers }, (answered) => {
    answer.writeHead(answered.statusCode, answered.headers)
    answered.pipe(answer)
  })
  passed.on('error', () => answer.destroy())
  asked.pipe(passed)
})

const sockets = new WebSocketServer({ server, path: '/realtime/v1/websocket' })
const joined = new Map()
sockets.on('connection', (socket) => {
  socket.on('message', (data) => {
    const { topic, event, payload, ref } = JSON.parse(data)
    if (event === 'phx_join' && payload.config.postgres_changes[0].table === 'benchmark_snapshots') {
      joined.set(socket, topic)
      console.log('joined')
    }
    socket.send(JSON.stringify({ topic, event: 'phx_reply', payload: { status: 'ok', response: {} }, ref }))
  })
  socket.on('close', () => joined.delete(socket))
})

createInterface({ input: process.stdin }).on('line', () => {
  for (const [socket, topic] of joined) {
    socket.send(JSON.stringify({ topic, event: 'postgres_changes', payload: { data: { type: 'UPDATE' } }, ref: null }))
  }
}).on('close', () => process.exit())

server.listen(0, '127.0.0.1', () => console.log(server.address().port))

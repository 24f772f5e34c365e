// Measures zooming and panning of a chart with many points: `node bench/zoom.mjs [points]`, in
// web/, after `npm ci`.
//
// Draws 100,000 runs like the dashboard, as one path: 2,000 of them reach ECharts, the lowest and
// the highest of each of 1,000 buckets, as thinned by `metric_series` in the database
// (view_model/thin.rs keeps other series below the same number). Then it zooms in and pans in
// headless Chromium, one step per frame as with a wheel and a drag, and prints the frames per
// second. Exits with 1 below 50. `CHROMIUM` names the browser if it is not `chromium`.
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleCharts } from '../build/echarts.mjs';

const points = Number(process.argv[2] ?? 100_000);
const wanted = 50;
const folder = await mkdtemp(join(tmpdir(), 'zoom-bench-'));
const [entry] = await bundleCharts(new URL('..', import.meta.url).pathname, folder);

async function measure(points) {
  const { benchCharts: charts } = globalThis;
  const element = document.getElementById('chart');
  await charts.more();
  const chart = charts.create(element);
  let level = 0.9;
  const data = Array.from({ length: points }, (_, i) => [1.7e12 + i * 60_000, (level += Math.sin(i * 12.9898) * 1e-3)]);
  const stretch = Math.max(1, Math.ceil(points / 1000));
  const thinned = data.length <= 2000 ? data : Array.from({ length: Math.ceil(points / stretch) }, (_, i) => {
    const part = data.slice(i * stretch, (i + 1) * stretch).sort((a, b) => a[1] - b[1]);
    return [part[0], part.at(-1)].sort((a, b) => a[0] - b[0]);
  }).flat();
  const option = {
    animation: false,
    useUTC: true,
    grid: { left: 60, right: 20, top: 40, bottom: 80 },
    legend: {},
    tooltip: { trigger: 'item' },
    xAxis: { type: 'time' },
    yAxis: { type: 'value', scale: true },
    dataZoom: [{ type: 'inside' }, { type: 'slider' }],
    series: [{ type: 'scatter', name: 'f1', data: thinned, symbolSize: 6, large: true, largeThreshold: 100 }],
  };
  const frame = () => new Promise(requestAnimationFrame);
  const started = performance.now();
  charts.draw(chart, JSON.stringify(option), JSON.stringify({ text: {}, tooltip: {} }), NaN, NaN);
  await frame();
  const drawn = performance.now() - started;
  const span = points * 60_000;
  const steps = 240;
  const frames = [];
  let last = performance.now();
  for (let step = 0; step < steps; step += 1) {
    // Half of the steps zoom from the whole to a tenth, the other half pan from end to end.
    const t = (step % (steps / 2)) / (steps / 2);
    const width = step < steps / 2 ? 1 - 0.9 * t : 0.1;
    const from = step < steps / 2 ? (1 - width) / 2 : t * 0.9;
    charts.zoom(chart, 1.7e12 + from * span, 1.7e12 + (from + width) * span);
    await frame();
    const now = performance.now();
    frames.push(now - last);
    last = now;
  }
  frames.sort((a, b) => a - b);
  const whole = frames.reduce((sum, one) => sum + one, 0);
  return { points, fps: (1000 * steps) / whole, p95_ms: frames[Math.floor(steps * 0.95)], worst_ms: frames.at(-1), first_draw_ms: drawn };
}

const page = `<!doctype html><div id="chart" style="width:1200px;height:420px"></div>
<script type="module" src="/${entry}"></script>
<script type="module">
  const answer = await (${measure})(${points}).catch((error) => ({ error: String(error) }));
  await fetch('/answer', { method: 'POST', body: JSON.stringify(answer) });
</script>`;

let browser;
const answer = await new Promise((resolve, reject) => {
  const server = createServer(async (request, response) => {
    if (request.method === 'POST') {
      let body = '';
      for await (const part of request) body += part;
      response.end();
      server.close();
      return resolve(JSON.parse(body));
    }
    const isPage = request.url === '/';
    const body = isPage ? page : await readFile(join(folder, request.url.slice(1))).catch(() => '');
    response.setHeader('content-type', isPage ? 'text/html' : 'text/javascript');
    response.end(body);
  });
  server.listen(0, '127.0.0.1', () => {
    const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', `--user-data-dir=${join(folder, 'profile')}`, '--window-size=1280,600'];
    browser = spawn(process.env.CHROMIUM ?? 'chromium', [...flags, `http://127.0.0.1:${server.address().port}/`], { stdio: 'ignore' });
    browser.on('error', reject);
  });
  setTimeout(() => reject(new Error('the page did not answer within 60 seconds')), 60_000).unref();
}).finally(() => browser?.kill());
await new Promise((resolve) => browser.once('exit', resolve));
await rm(folder, { recursive: true, force: true, maxRetries: 5 });

if (answer.error) throw new Error(answer.error);
const { fps, p95_ms, worst_ms, first_draw_ms } = answer;
console.log(`${points} points: ${fps.toFixed(1)} frames/s (95 % of frames within ${p95_ms.toFixed(1)} ms, the longest ${worst_ms.toFixed(1)} ms), first drawn in ${first_draw_ms.toFixed(0)} ms`);
process.exit(fps >= wanted ? 0 : 1);

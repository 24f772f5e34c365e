// JavaScript clients of the original system's tables, views and functions.
import assert from 'node:assert/strict'
import { createClient } from '@supabase/supabase-js'
import WebSocket from 'ws'

// Node 20 has no WebSocket, and the client requires one.
const options = { auth: { persistSession: false }, realtime: { transport: WebSocket } }
const client = (key) => createClient(process.env.SUPABASE_URL, key, options)
const [writer, reader] = [client(process.env.WRITE_KEY), client(process.env.READ_KEY)]

const well = async (request) => {
  const { data, error } = await request
  assert.equal(error, null, JSON.stringify(error))
  return data
}

const metrics = { precision: 0.91, recall: 0.88, f1: 0.895, latency_ms: 412, analysis_cost: 0.0042 }
const call = {
  p_commit_sha: 'abc1234', p_branch_name: 'main', p_model_version: 'medgemma-v1.2', p_model_provider: 'google',
  p_dataset_version: 'medical-bills-v2', p_dataset_size: 150, p_prompt_version: 'prompt-v3',
  p_environment: 'github-actions', p_run_id: '17', p_triggered_by: 'ann',
  p_metrics: { ...metrics, category_metrics: { duplicate_charge: { f1: 0.94 } } },
  p_duration_seconds: 61.8, p_tags: ['nightly'], p_notes: 'as before',
}
const first = await well(writer.rpc('upsert_benchmark_result', call))
assert.equal(await well(writer.rpc('upsert_benchmark_result', call)), first)
const second = await well(writer.rpc('upsert_benchmark_result', { ...call, p_run_id: '18' }))
assert.notEqual(second, first)

const row = await well(writer.from('benchmark_transactions').select('*').eq('id', first).single())
assert.equal(row.metrics.f1, 0.895)
assert.equal(row.details.category_metrics.duplicate_charge.f1, 0.94)

const snapshots = await well(
  reader.from('benchmark_snapshots').select('*').eq('environment', 'github-actions').eq('is_active', true)
    .order('f1_score', { ascending: false }))
assert.equal(snapshots.length, 1)
assert.equal(snapshots[0].snapshot_version, 2)
assert.equal(snapshots[0].latency_ms, 412)

const { count } = await reader.from('benchmark_transactions').select('*', { count: 'exact', head: true })
assert.equal(count, 2)
assert.ok((await well(reader.from('v_performance_trends').select('*'))).length > 0)
assert.equal((await well(reader.from('v_latest_benchmarks').select('*'))).length, 1)

// No baseline: no row, as callers take the first one and calculate with it.
const asked = { p_model_version: 'medgemma-v1.2', p_threshold: 0.05 }
assert.deepEqual(await well(reader.rpc('detect_regression', asked)), [])
const [explained] = await well(reader.rpc('detect_regression', { ...asked, p_explain: true }))
assert.match(explained.reason, /no baseline/)
await well(writer.rpc('set_baseline', { p_run: first }))
const [regression] = await well(reader.rpc('detect_regression', asked))
assert.deepEqual(
  [regression.current_f1, regression.baseline_f1, regression.f1_drop, regression.is_regression], [0.895, 0.895, 0, false])

// Nested values, next to the numbers.
const original = await well(
  reader.from('v_original_transactions').select('model_version, metrics, created_at').eq('environment', 'github-actions')
    .order('created_at', { ascending: false }).limit(100))
assert.deepEqual(original[0].metrics, call.p_metrics)

// A plain insert without a key gets a derived one and is stored once.
const insert = {
  commit_sha: 'abc1234', model_version: 'plain', dataset_version: 'd', prompt_version: 'p',
  environment: 'local', run_id: '1', metrics,
}
await well(writer.from('benchmark_transactions').insert(insert))
const plain = await well(reader.from('benchmark_snapshots').select('f1_score').eq('model_version', 'plain').single())
assert.equal(plain.f1_score, 0.895)

const attempts = [
  reader.rpc('upsert_benchmark_result', call),
  reader.from('benchmark_transactions').insert(insert),
  reader.from('benchmark_snapshots').update({ commit_sha: 'x' }).eq('is_active', true),
  reader.from('benchmark_transactions').delete().eq('id', first),
]
for (const attempt of attempts) {
  const { error } = await attempt
  assert.equal(error?.code, '42501', JSON.stringify(error))
}
console.log("all of the original's calls work")

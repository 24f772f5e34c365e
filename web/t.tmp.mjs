import { bundleCharts } from './build/echarts.mjs';
import { gzipSync } from 'node:zlib'; import { readdirSync, readFileSync } from 'node:fs';
console.log(await bundleCharts('.', '/tmp/w2b/out'));
for (const f of readdirSync('/tmp/w2b/out')) console.log(f, readFileSync('/tmp/w2b/out/'+f).length, gzipSync(readFileSync('/tmp/w2b/out/'+f)).length);

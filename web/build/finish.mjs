// Trunk's last step (`post_build` in Trunk.toml), on the files in its staging folder:
// bundles ECharts, puts boot.js into the page, writes the Content-Security-Policy with the hash of
// every inline script and style, and copies the page to 404.html for hosts such as GitHub Pages.
import { createHash } from 'node:crypto';
import { readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { bundleCharts } from './echarts.mjs';

const source = process.env.TRUNK_SOURCE_DIR ?? '.';
const staging = process.env.TRUNK_STAGING_DIR ?? 'dist';
const release = process.env.TRUNK_PROFILE === 'release';
const digest = (text, encoding) => createHash('sha256').update(text).digest(encoding);

const charts = await bundleCharts(source, staging);

const shrunk = async (file) => {
  const glue = await build({ entryPoints: [file], format: 'esm', target: 'es2020', minify: release, write: false });
  return glue.outputFiles[0].contents;
};
for (const name of (await readdir(staging)).filter((name) => /^first-page-.*\.js$/.test(name))) {
  await writeFile(join(staging, name), await shrunk(join(staging, name)));
}

// Trunk names the other programs without a hash, so a browser could use an outdated one from its
// cache.
const named = async (program) => {
  const { js, wasm } = { js: join(staging, `${program}.js`), wasm: join(staging, `${program}_bg.wasm`) };
  const mark = digest(await readFile(wasm), 'hex').slice(0, 16);
  const names = { js: `${program}-${mark}.js`, wasm: `${program}-${mark}_bg.wasm` };
  await writeFile(join(staging, names.js), await shrunk(js));
  await rename(wasm, join(staging, names.wasm));
  await rm(js);
  return names;
};
const everyName = await named('every-page');
const judgeName = await named('judge');

const boot = await build({
  entryPoints: [join(source, 'js/boot.js')],
  target: 'es2020',
  minify: true,
  write: false,
});

const page = join(staging, 'index.html');
let html = await readFile(page, 'utf8');
const fill = (mark, text) => {
  if (!html.includes(mark)) throw new Error(`index.html lacks ${mark}: the build cannot fill it in`);
  html = html.replace(mark, () => text);
};
fill('%ECHARTS%', charts.join(' '));
fill('%EVERY_JS%', everyName.js);
fill('%EVERY_WASM%', everyName.wasm);
fill('%JUDGE_JS%', judgeName.js);
fill('%JUDGE_WASM%', judgeName.wasm);
fill('%BOOT%', boot.outputFiles[0].text.trim());

const styles = [];
html = html.replace(/<style>([\s\S]*?)<\/style>/g, (_, css) => (styles.push(css), ''));
const css = await build({
  stdin: { contents: styles.join('\n'), loader: 'css' },
  minify: true,
  write: false,
  target: ['chrome123', 'firefox120', 'safari17.5'],
});
html = html.replace('</head>', () => `<style>${css.outputFiles[0].text.trim()}</style></head>`);

const hashes = (tag) => {
  const inline = new RegExp(`<${tag}(?:\\s+type="?module"?)?>([\\s\\S]*?)</${tag}>`, 'g');
  return [...html.matchAll(inline)].map(([, text]) => `'sha256-${digest(text, 'base64')}'`).join(' ');
};
fill('%CSP%', [
  "default-src 'none'",
  `script-src 'self' 'wasm-unsafe-eval' ${hashes('script')}`,
  `style-src 'self' ${hashes('style')}`,
  "img-src 'self' data: blob:",
  "font-src 'self'",
  // The address of the Supabase project is only known at run time. Without TLS: only this machine.
  "connect-src 'self' https: wss: http://localhost:* http://*.localhost:* http://127.0.0.1:* ws://localhost:* ws://*.localhost:* ws://127.0.0.1:*",
  "base-uri 'self'",
  "form-action 'none'",
].join('; '));

await writeFile(page, html);
await writeFile(join(staging, '404.html'), html);

if (release) {
  let total = 0;
  for (const name of (await readdir(staging)).filter((name) => name !== '404.html').sort()) {
    const bytes = gzipSync(await readFile(join(staging, name))).length;
    const isBeyond = /^(every-page|echarts-more)-/.test(name);
    const isAfter = name.startsWith('judge-');
    if (!isBeyond && !isAfter) total += bytes;
    const note = isBeyond ? '  (beyond the first page)' : isAfter ? '  (after its numbers, for the verdicts)' : '';
    console.log(`${(bytes / 1e3).toFixed(1).padStart(6)} kB gzip  ${name}${note}`);
  }
  console.log(`${(total / 1e3).toFixed(1).padStart(6)} kB gzip  first load`);
}

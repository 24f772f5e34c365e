// Assembles the demo's page without trunk. The staging folder holds the programs and their JavaScript.
// Does what index.html asks of trunk, except wasm-opt, then runs the last step of every build.
import { createHash } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const { TRUNK_SOURCE_DIR: source, TRUNK_STAGING_DIR: staging } = process.env;
const read = (name) => readFile(join(source, name), 'utf8');
const attribute = (tag, name) => tag.match(new RegExp(`\\s${name}="([^"]*)"`))?.[1];

// As trunk names the first page's files; the last step adds a hash to the other programs' names.
const hashed = async (program) => {
  const hash = createHash('sha256').update(await readFile(join(staging, `${program}_bg.wasm`))).digest('hex').slice(0, 16);
  const files = { js: `${program}-${hash}.js`, wasm: `${program}-${hash}_bg.wasm` };
  await rename(join(staging, `${program}.js`), join(staging, files.js));
  await rename(join(staging, `${program}_bg.wasm`), join(staging, files.wasm));
  return files;
};

const asTrunkWould = async (tag) => {
  const kind = attribute(tag, 'rel');
  if (kind === 'inline') return `<style>${await read(attribute(tag, 'href'))}</style>`;
  if (kind !== 'rust') throw new Error(`build/quick.mjs cannot replace trunk for ${tag}`);
  if (attribute(tag, 'data-type') === 'worker') return '';
  const { js, wasm } = await hashed(attribute(tag, 'data-bin'));
  const [, pattern] = (await read('Trunk.toml')).match(/^pattern_script = '(.*)'$/m);
  return pattern.replace('{js}', js).replace('{wasm}', wasm);
};

let html = await read('index.html');
for (const [tag] of html.matchAll(/<link data-trunk[^>]*>/g)) {
  const made = await asTrunkWould(tag);
  html = html.replace(tag, () => made);
}
await writeFile(join(staging, 'index.html'), html);
await import('./finish.mjs');

// Bundles ECharts in two parts: the modules of the first page, and the rest, which js/echarts.js
// loads when a chart needs it. Both share the core, which is loaded once.
import { join } from 'node:path';
import { build } from 'esbuild';

// Modules that the library imports but the dashboard never uses, each with its replacement.
const NEVER_REACHED = {
  // js/echarts.js draws all tooltips on the canvas.
  'component/tooltip/TooltipHTMLContent': 'export default class {}',
  // Tooltips belong to points: no line or cross follows the pointer along the axes.
  'component/axisPointer/install': 'export const install = () => {}',
  // Colours come from the page.
  'theme/dark': 'export default {}',
  // The page is in English.
  'i18n/langZH': 'export default {}',
  // Compatibility with options and events of ECharts 2 and 3.
  'preprocessor/backwardCompat': 'export default () => {}',
  'legacy/dataSelectAction': 'export const createLegacyDataSelectAction = () => {}; export const handleLegacySelectEvents = () => {}',
  // Compatibility with version 4 styles in custom series.
  'util/styleCompat':
    'export const isEC4CompatibleStyle = () => false; export const convertFromEC4CompatibleStyle = () => ({});' +
    'export const convertToEC4StyleForCustomSerise = () => ({}); export const warnDeprecated = () => {}',
  // Hatched areas, and a spinner, which the page has its own version of.
  'util/decal': 'export const createOrUpdatePatternFromDecal = () => null',
  'loading/default': 'export default () => {}',
};

const leaveOut = {
  name: 'leave-out',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]echarts[\\/]lib[\\/].*\.js$/ }, ({ path }) => {
      const name = path.replaceAll('\\', '/').replace(/^.*\/echarts\/lib\//, '').replace(/\.js$/, '');
      return name in NEVER_REACHED ? { contents: NEVER_REACHED[name] } : null;
    });
  },
};

// Writes the parts into a folder. Returns the names of the files that the first chart waits for, the entry first.
export async function bundleCharts(source, folder) {
  const { metafile } = await build({
    entryPoints: { 'echarts-first': join(source, 'js/echarts.js') },
    bundle: true,
    splitting: true,
    format: 'esm',
    target: 'es2022',
    minify: true,
    legalComments: 'none',
    banner: { js: '/* Apache ECharts, Apache-2.0; zrender, BSD-3-Clause */' },
    outdir: folder,
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    plugins: [leaveOut],
    metafile: true,
  });
  const outputs = Object.entries(metafile.outputs);
  const name = (path) => path.replaceAll('\\', '/').split('/').pop();
  const [entry, { imports }] = outputs.find(([path]) => name(path).startsWith('echarts-first-'));
  const first = imports.filter(({ kind }) => kind === 'import-statement').map(({ path }) => name(path));
  return [name(entry), ...first];
}

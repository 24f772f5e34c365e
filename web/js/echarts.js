// The only code that uses an ECharts instance, and the ECharts modules of the first page. The
// modules of other pages are in echarts-more.js, loaded when first needed.
import { init } from 'echarts/lib/core/echarts.js';
import { use } from 'echarts/lib/extension.js';
import { install as scatter } from 'echarts/lib/chart/scatter/install.js';
import { install as grid } from 'echarts/lib/component/grid/install.js';
import { install as legend } from 'echarts/lib/component/legend/installLegendScroll.js';
import { install as tooltip } from 'echarts/lib/component/tooltip/install.js';
import { install as canvas } from 'echarts/lib/renderer/installCanvasRenderer.js';

use([scatter, grid, legend, tooltip, canvas]);

// Tooltips are drawn on the canvas: text from the database never becomes HTML, and the strict
// Content-Security-Policy needs no exception for inline styles. A brace opens a style in ECharts'
// rich text, so a zero-width space after it keeps a name as it is.
const plain = (text) => String(text ?? '').replace(/\{/g, '{\u200b');

// A point is `{ value, name, id }`, or `[x, y, name, id]` if there are thousands of them.
const nameOf = ({ name, data }) => name || data?.[2];
const idOf = ({ data }) => String(data?.id ?? data?.[3] ?? '');

function harden(option, look) {
  if (option.tooltip) {
    Object.assign(option.tooltip, {
      renderMode: 'richText',
      confine: true,
      textStyle: look.tooltip,
      formatter: (point) => plain(Array.isArray(point) ? point.map(nameOf).join('\n') : nameOf(point)),
    });
  }
  option.textStyle = look.text;
  return option;
}

// Charts are plain data; the few series that need code refer to it by name, see echarts-more.js.
const shapes = {};
function withShapes(option) {
  for (const series of [option.series ?? []].flat()) {
    if (series.type === 'custom') series.renderItem = shapes[series.shape];
  }
  return option;
}

// The other modules: bars, zoom, marks and so on, and SVG. Loaded once.
let rest;
function more() {
  rest ??= import('./echarts-more.js').then((part) => Object.assign(shapes, part.shapes), (error) => {
    rest = undefined;
    throw error;
  });
  return rest;
}

function create(element) {
  return init(element, null, { renderer: 'canvas' });
}

// Replaces the whole option, so that no series of the previous view stays behind, and shows a range
// of it. A chart that is being zoomed keeps its range: the URL follows when it comes to rest.
function draw(chart, optionJson, lookJson, from, to) {
  const option = withShapes(harden(JSON.parse(optionJson), JSON.parse(lookJson)));
  const shown = chart.isMoving ? range(chart) : [from, to];
  chart.setOption(option, { notMerge: true });
  zoom(chart, ...shown);
  chart.getDom().dataset.drawn = 'true';
}

// The range of the first zoom as axis values; NaN for all of it.
function range(chart) {
  const zoom = chart.getOption().dataZoom?.[0];
  const isWhole = !zoom || (zoom.start < 0.01 && zoom.end > 99.99);
  return isWhole ? [NaN, NaN] : [Number(zoom.startValue), Number(zoom.endValue)];
}

// Shows a range of the zoomed axis, or all of it.
function zoom(chart, from, to) {
  const now = range(chart);
  if (Object.is(now[0], from) && Object.is(now[1], to)) return;
  const all = Number.isNaN(from) || Number.isNaN(to);
  chart.dispatchAction({ type: 'dataZoom', ...(all ? { start: 0, end: 100 } : { startValue: from, endValue: to }) });
}

// Calls `tell(kind, series, id, low, high)`: `zoom` with the range once it rests, `click` and `hover` with a
// point of a series, its id and its place in the data, `legend` with the name of a series and 1 when it is shown.
function listen(chart, tell) {
  let timer;
  chart.on('datazoom', () => {
    chart.isMoving = true;
    clearTimeout(timer);
    timer = setTimeout(() => {
      chart.isMoving = false;
      if (!chart.isDisposed()) tell('zoom', '', '', ...range(chart));
    }, 200);
  });
  const point = (kind) => (event) => {
    if (event.componentType !== 'series') return;
    tell(kind, event.seriesName ?? '', idOf(event), event.dataIndex ?? -1, event.seriesIndex ?? -1);
  };
  chart.on('click', point('click'));
  // Points drawn as one path share one enter event; moving between them fires none.
  let pointed;
  chart.on('mousemove', (event) => {
    const id = idOf(event);
    if (id) chart.getZr().setCursorStyle('pointer');
    if (id !== pointed) point('hover')(event);
    pointed = id;
  });
  chart.on('legendselectchanged', (event) => tell('legend', event.name, '', event.selected[event.name] ? 1 : 0, 0));
  // The keyboard equivalents of wheel and drag.
  chart.getDom().addEventListener('keydown', (event) => {
    const move = { ArrowLeft: [-0.1, -0.1], ArrowRight: [0.1, 0.1], '+': [0.1, -0.1], '-': [-0.125, 0.125], 0: [-1, 1] }[event.key];
    const zoomed = chart.getOption().dataZoom?.[0];
    if (!move || !zoomed || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const width = event.key === '0' ? 100 : zoomed.end - zoomed.start;
    const isPan = move[0] === move[1];
    const shift = isPan ? Math.min(Math.max(move[0] * width, -zoomed.start), 100 - zoomed.end) : 0;
    const [start, end] = isPan ? [shift, shift] : [move[0] * width, move[1] * width];
    chart.dispatchAction({ type: 'dataZoom', start: Math.max(0, zoomed.start + start), end: Math.min(100, zoomed.end + end) });
  });
}

// The current chart as the URL of a PNG, at twice the screen resolution.
function png(chart, background) {
  return chart.getDataURL({ type: 'png', pixelRatio: 2, backgroundColor: background, excludeComponents: ['dataZoom'] });
}

// The current chart as SVG text.
async function svg(chart, background) {
  await more();
  const option = chart.getOption();
  const copy = init(null, null, { renderer: 'svg', ssr: true, width: chart.getWidth(), height: chart.getHeight() });
  copy.setOption({ ...option, backgroundColor: background });
  const text = copy.renderToSVGString();
  copy.dispose();
  return text;
}

// The app calls these; a module script can't export them in another way.
globalThis.benchCharts = {
  create, draw, listen, more, png, svg, zoom,
  resize: (chart) => chart.resize(),
  dispose: (chart) => chart.dispose(),
};

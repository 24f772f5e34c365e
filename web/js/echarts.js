// The parts of ECharts that the dashboard draws with, and the only code that touches an ECharts
// instance. A page that needs another series or component adds it to `use` below.
import { init, use } from 'echarts/core';
import { LineChart, ScatterChart } from 'echarts/charts';
import { GridComponent, LegendScrollComponent, TooltipComponent } from 'echarts/components';
import { CanvasRenderer } from 'echarts/renderers';

use([LineChart, ScatterChart, GridComponent, LegendScrollComponent, TooltipComponent, CanvasRenderer]);

// Tooltips are drawn on the canvas: text from the database never becomes HTML, and the strict
// Content-Security-Policy needs no exception for inline styles. A brace opens a style in ECharts'
// rich text, so a zero-width space after it keeps a name as it is.
const plain = (text) => String(text ?? '').replace(/\{/g, '{\u200b');

function harden(option, look) {
  if (option.tooltip) {
    Object.assign(option.tooltip, {
      renderMode: 'richText',
      confine: true,
      textStyle: look.tooltip,
      formatter: (point) => plain(Array.isArray(point) ? point.map((p) => p.name).join('\n') : point.name),
    });
  }
  option.textStyle = look.text;
  return option;
}

export function create(element) {
  return init(element, null, { renderer: 'canvas' });
}

// Replaces the whole option: no series of the previous view stays behind.
export function draw(chart, optionJson, lookJson) {
  const option = harden(JSON.parse(optionJson), JSON.parse(lookJson));
  chart.setOption(option, { notMerge: true });
  chart.getDom().dataset.drawn = 'true';
}

export function resize(chart) {
  chart.resize();
}

export function dispose(chart) {
  chart.dispose();
}

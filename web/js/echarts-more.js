// The parts of ECharts that the pages beyond the first one draw with. Imported one by one: through
// `echarts/charts`, the bundler would put all of them into the part that the first page waits for.
import { use } from 'echarts/lib/extension.js';
import { install as bar } from 'echarts/lib/chart/bar/install.js';
import { install as boxplot } from 'echarts/lib/chart/boxplot/install.js';
import { install as custom } from 'echarts/lib/chart/custom/install.js';
import { install as line } from 'echarts/lib/chart/line/install.js';
import { install as parallel } from 'echarts/lib/chart/parallel/install.js';
import { install as radar } from 'echarts/lib/chart/radar/install.js';
import { install as dataZoomInside } from 'echarts/lib/component/dataZoom/installDataZoomInside.js';
import { install as dataZoomSlider } from 'echarts/lib/component/dataZoom/installDataZoomSlider.js';
import { install as markArea } from 'echarts/lib/component/marker/installMarkArea.js';
import { install as markLine } from 'echarts/lib/component/marker/installMarkLine.js';
import { install as markPoint } from 'echarts/lib/component/marker/installMarkPoint.js';
import { installLabelLayout as labelLayout } from 'echarts/lib/label/installLabelLayout.js';
import { install as svg } from 'echarts/lib/renderer/installSVGRenderer.js';

use([bar, boxplot, custom, line, parallel, radar, dataZoomInside, dataZoomSlider, markArea, markLine, markPoint, labelLayout, svg]);

// What a custom series with a `shape` of this name draws.
export const shapes = {
  // A band of uncertainty. Data: `[x, middle, low, high]` in the order of x; the axis follows the middle
  // (`encode: { x: 0, y: 1 }`). Drawn with its first point, as one surface: pieces of it would show their seams.
  band({ dataIndexInside, dataInsideLength }, api) {
    if (dataIndexInside > 0 || dataInsideLength < 2) return null;
    const edge = (dimension) => Array.from({ length: dataInsideLength }, (_, i) => api.coord([api.value(0, i), api.value(dimension, i)]));
    const points = [...edge(3), ...edge(2).reverse()];
    return { type: 'polygon', silent: true, shape: { points }, style: { fill: api.visual('color'), opacity: api.visual('opacity') ?? 0.16 } };
  },
  // An interval. Data: `[x, low, high]`, x a value or a category.
  whisker(_, api) {
    const [x, low, high] = [api.value(0), api.value(1), api.value(2)];
    const [top, bottom] = [api.coord([x, high]), api.coord([x, low])];
    const half = 5;
    const stroke = { stroke: api.visual('color'), lineWidth: 1.5, fill: 'none' };
    const line = (x1, y1, x2, y2) => ({ type: 'line', shape: { x1, y1, x2, y2 }, style: stroke });
    return {
      type: 'group',
      children: [
        line(top[0] - half, top[1], top[0] + half, top[1]),
        line(top[0], top[1], bottom[0], bottom[1]),
        line(bottom[0] - half, bottom[1], bottom[0] + half, bottom[1]),
      ],
    };
  },
};

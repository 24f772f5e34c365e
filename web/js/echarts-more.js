// The parts of ECharts that the pages beyond the first one draw with. Imported one by one: through
// `echarts/charts`, the bundler would put all of them into the part that the first page waits for.
import { use } from 'echarts/lib/extension.js';
import { install as bar } from 'echarts/lib/chart/bar/install.js';
import { install as custom } from 'echarts/lib/chart/custom/install.js';
import { install as line } from 'echarts/lib/chart/line/install.js';
import { install as dataZoomInside } from 'echarts/lib/component/dataZoom/installDataZoomInside.js';
import { install as dataZoomSlider } from 'echarts/lib/component/dataZoom/installDataZoomSlider.js';
import { install as markLine } from 'echarts/lib/component/marker/installMarkLine.js';
import { installLabelLayout as labelLayout } from 'echarts/lib/label/installLabelLayout.js';
import { install as svg } from 'echarts/lib/renderer/installSVGRenderer.js';

use([bar, custom, line, dataZoomInside, dataZoomSlider, markLine, labelLayout, svg]);

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
};

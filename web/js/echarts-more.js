// The ECharts modules of the pages beyond the first. Imported one by one: through `echarts/charts`,
// the bundler would put all of them into the first page's part.
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

// Custom series by the name in `shape`.
export const shapes = {
  // A band of uncertainty. Data: `[x, middle, low, high]` in the order of x; the axis follows the
  // middle (`encode: { x: 0, y: 1 }`). Drawn as one surface with its first point, because separate
  // pieces would show seams.
  band({ dataIndexInside, dataInsideLength }, api) {
    if (dataIndexInside > 0 || dataInsideLength < 2) return null;
    const edge = (dimension) => Array.from({ length: dataInsideLength }, (_, i) => api.coord([api.value(0, i), api.value(dimension, i)]));
    const points = [...edge(3), ...edge(2).reverse()];
    return { type: 'polygon', silent: true, shape: { points }, style: { fill: api.visual('color'), opacity: api.visual('opacity') ?? 0.16 } };
  },
};

import { BoxplotChart, LineChart, ParallelChart, ScatterChart } from 'echarts/charts';
import {
  GridComponent,
  LegendComponent,
  ParallelComponent,
  TooltipComponent,
  VisualMapComponent,
} from 'echarts/components';
import { type EChartsType, init, use as register } from 'echarts/core';
import { LabelLayout } from 'echarts/features';
import { CanvasRenderer } from 'echarts/renderers';
import type { EChartsOption } from 'echarts/types/dist/shared';
import { useEffect, useRef } from 'react';
import { type Colours, useColours } from './colours.js';

register([
  BoxplotChart,
  CanvasRenderer,
  GridComponent,
  LabelLayout,
  LegendComponent,
  LineChart,
  ParallelChart,
  ParallelComponent,
  ScatterChart,
  TooltipComponent,
  VisualMapComponent,
]);

export type ChartOption = EChartsOption;

export interface EChartProps {
  /** What the drawing shows, for those who do not see it. */
  readonly label: string;
  readonly height: number;
  readonly option: (colours: Colours) => EChartsOption;
  /** A point was picked; `id` is the `id` of its datum. */
  readonly onPick?: (id: string) => void;
}

export function EChart({ label, height, option, onPick }: EChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType>(undefined);
  const pick = useRef(onPick);
  pick.current = onPick;
  const colours = useColours();

  useEffect(() => {
    if (place.current === null) return;
    const made = init(place.current, null, { renderer: 'canvas' });
    chart.current = made;
    made.on('click', ({ data }) => {
      if (typeof data === 'object' && data !== null && 'id' in data && typeof data.id === 'string')
        pick.current?.(data.id);
    });
    const observer = new ResizeObserver(() => made.resize());
    observer.observe(place.current);
    return () => {
      observer.disconnect();
      made.dispose();
    };
  }, []);

  useEffect(() => {
    chart.current?.setOption({ ...common(colours), ...option(colours) }, { notMerge: true });
  }, [option, colours]);

  return (
    <div ref={place} role="img" aria-label={label} style={{ height }} className={onPick ? 'cursor-pointer' : ''} />
  );
}

function common({ quiet, font }: Colours): EChartsOption {
  return { animationDuration: 250, textStyle: { fontFamily: font, color: quiet }, backgroundColor: 'transparent' };
}

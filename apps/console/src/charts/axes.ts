import type { XAXisOption, YAXisOption } from 'echarts/types/dist/shared';
import type { Colours } from './colours.js';

/** An axis with its name and unit at its middle. */
export function xAxis({ quiet, line }: Colours, name: string, more: XAXisOption = {}): XAXisOption {
  return {
    name,
    nameLocation: 'middle',
    nameGap: 28,
    nameTextStyle: { color: quiet },
    axisLabel: { color: quiet, hideOverlap: true },
    axisLine: { lineStyle: { color: line } },
    splitLine: { lineStyle: { color: line, opacity: 0.6 } },
    ...more,
  } as XAXisOption;
}

export function yAxis({ quiet, line }: Colours, name: string, more: YAXisOption = {}): YAXisOption {
  return {
    name,
    nameLocation: 'middle',
    nameGap: 44,
    nameTextStyle: { color: quiet },
    axisLabel: { color: quiet, hideOverlap: true },
    axisLine: { lineStyle: { color: line } },
    splitLine: { lineStyle: { color: line, opacity: 0.6 } },
    ...more,
  } as YAXisOption;
}

export const grid = { left: 58, right: 20, top: 16, bottom: 46 };

export function legend({ quiet }: Colours) {
  return { top: 0, left: 0, itemWidth: 14, itemHeight: 9, textStyle: { color: quiet } };
}

/** Drawn on the canvas: elements with styles of their own are refused by the page's policy. */
export function tooltip({ sheet, ink, line }: Colours) {
  return {
    renderMode: 'richText' as const,
    confine: true,
    backgroundColor: sheet,
    borderColor: line,
    textStyle: { color: ink, fontSize: 12 },
  };
}

import { describe, expect, it } from 'vitest';
import { colors, stageStates, type StageState, type Theme } from '../../../src/diagram/tokens.ts';

type Triple = readonly [number, number, number];

/** Machado, Oliveira and Fernandes (2009), at full severity; for linear RGB. */
const visions: Readonly<Record<string, readonly Triple[]>> = {
  usual: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protan: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deutan: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritan: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

function linear(color: string): Triple {
  const part = (at: number): number => {
    const value = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [part(1), part(3), part(5)];
}

function times(rows: readonly Triple[], [red, green, blue]: Triple): Triple {
  const [first = 0, second = 0, third = 0] = rows.map(([a, b, c]) => a * red + b * green + c * blue);
  return [first, second, third];
}

function seen(color: string, vision: string): Triple {
  const [red, green, blue] = times(visions[vision] ?? [], linear(color));
  return [inside(red), inside(green), inside(blue)];
}

function inside(value: number): number {
  return Math.min(1, Math.max(0, value));
}

/** CIE L*a*b* under D65. */
function lab(color: Triple): Triple {
  const [x, y, z] = times(
    [
      [0.4124, 0.3576, 0.1805],
      [0.2126, 0.7152, 0.0722],
      [0.0193, 0.1192, 0.9505],
    ],
    color,
  );
  const [fx, fy, fz] = [curve(x / 0.95047), curve(y), curve(z / 1.08883)];
  return [116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)];
}

function curve(value: number): number {
  return value > 0.008856 ? Math.cbrt(value) : 7.787 * value + 16 / 116;
}

function distance(one: string, other: string, vision: string): number {
  const [a, b] = [lab(seen(one, vision)), lab(seen(other, vision))];
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

function light(color: string): number {
  return times([[0.2126, 0.7152, 0.0722]], linear(color))[0];
}

function contrast(one: string, other: string): number {
  const [lighter = 0, darker = 0] = [light(one), light(other)].toSorted((a, b) => b - a);
  return (lighter + 0.05) / (darker + 0.05);
}

/** States that look alike by their colors on purpose count once: their badges and borders differ. */
const distinct = ['idle', 'running', 'waiting', 'retrying', 'finished', 'failed'] as const satisfies StageState[];

describe.each(['light', 'dark'] as const satisfies Theme[])('the colors of the %s theme', (theme) => {
  const color = colors[theme];

  it('let every text be read', () => {
    const texts = [
      [color.text, color.ground],
      [color.text, color.panel],
      [color.secondText, color.ground],
      [color.secondText, color.panel],
      ...stageStates.flatMap((state) => {
        const { text, fill } = color.states[state];
        return [
          [text, fill],
          [color.secondText, fill],
        ];
      }),
    ];
    const unreadable = texts.filter(([text = '', ground = '']) => contrast(text, ground) < 4.5);
    expect(unreadable).toEqual([]);
  });

  it('let every border and line be seen', () => {
    const { edge, error, fallback, after, taken, uncovered, focus } = color;
    const lines = [edge, error, fallback, after, taken, uncovered, focus];
    const borders = stageStates.flatMap((state) => {
      const { border, fill } = color.states[state];
      return [fill, color.ground, color.panel].map((ground) => [border, ground]);
    });
    const onGrounds = lines.flatMap((line) => [color.ground, color.panel].map((ground) => [line, ground]));
    const faint = [...borders, ...onGrounds].filter(([line = '', ground = '']) => contrast(line, ground) < 3);
    expect(faint).toEqual([]);
  });

  it.each(Object.keys(visions))('tell states apart with %s vision', (vision) => {
    const close = distinct.flatMap((one, at) =>
      distinct.slice(at + 1).flatMap((other) => {
        const apart = distance(color.states[one].border, color.states[other].border, vision);
        return apart < 18 ? [`${one} and ${other}: ${apart.toFixed(1)}`] : [];
      }),
    );
    expect(close).toEqual([]);
  });

  it('are measured by a distance that would notice two states of one color', () => {
    expect(distance(color.states.failed.border, color.states.failed.border, 'deutan')).toBe(0);
    expect(distance('#FF0000', '#00FF00', 'deutan')).toBeLessThan(distance('#FF0000', '#00FF00', 'usual'));
  });
});

import { type LayoutName, LAYOUTS } from './plan.ts'

/** Texts about timed updates: what each changes. */
export const change = {
  changeLayout: (p: { layout: LayoutName }) => `layout: ${LAYOUTS[p.layout]}`,
  changeMain: (p: { streamId: string | undefined }) =>
    p.streamId === undefined ? 'main stream: none' : `main stream: ${p.streamId}`,
  changeScreenShare: (p: { share: 'equal' | 'large' }) => `screen shares: ${p.share}`,
  changeFit: (p: { fit: FitName }) => `pictures: ${FITS[p.fit]}`,
  changeBackground: (p: { r: number; g: number; b: number }) => `background: ${p.r}, ${p.g}, ${p.b}`,
  changeWatermarks: (p: { count: number }) => (p.count === 0 ? 'watermarks: none' : `watermarks: ${p.count}`),
  changeSelection: (p: {
    medium: 'audio' | 'video'
    kind: 'all' | 'only' | 'except'
    streamIds: readonly string[]
  }) =>
    `${p.medium}: ${{ all: 'all streams', only: 'only ', except: 'all but ' }[p.kind]}${namesOf(p.streamIds)}`,
  changeMaximum: (p: { maximum: number }) => `at most ${p.maximum} ${p.maximum === 1 ? 'stream' : 'streams'}`,
  changeStream: (p: { streamId: string; medium: 'audio' | 'video'; state: StreamChange }) =>
    `${p.streamId}: ${p.medium} ${STATES[p.state]}`,
  changeNothing: (_: object) => 'no change',
  updatesAfterEnd: (p: { count: number; seconds: number }) =>
    `${p.count} ${p.count === 1 ? 'update has' : 'updates have'} no effect: the output ends before ${p.seconds} s, the time of the first`,
}

export type StreamChange = 'take' | 'drop' | 'hide' | 'restore'

const STATES: Readonly<Record<StreamChange, string>> = {
  take: 'added',
  drop: 'removed',
  hide: 'muted',
  restore: 'unmuted',
}

export type FitName = 'stretch' | 'cover' | 'contain'

const FITS: Readonly<Record<FitName, string>> = {
  stretch: 'scaled to their regions',
  cover: 'cropped',
  contain: 'letterboxed',
}

const MOST_NAMES = 5

function namesOf(streamIds: readonly string[]): string {
  const others = streamIds.length - MOST_NAMES
  return `${streamIds.slice(0, MOST_NAMES).join(', ')}${others > 0 ? ` and ${others} more` : ''}`
}

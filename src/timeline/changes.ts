/** What timed updates change, and when. */
import type { LayoutName } from '../messages/en/plan.ts'
import type { Message, Warning } from '../messages/index.ts'
import type { Job, Selection, Settings, StreamState } from '../model/job.ts'
import { msOfFrame } from '../model/time.ts'
import type { SettingsChange } from '../model/timeline.ts'

/** The changes within the output, and a warning if there are others after its end. */
export function changesWithin(
  { stretches, canvas }: Pick<Job, 'stretches' | 'canvas'>,
  frames: number,
): { changes: readonly SettingsChange[]; warnings: readonly Warning[] } {
  const changes = stretches.flatMap(({ fromFrame, settings, update }): SettingsChange[] =>
    update ? [{ frame: fromFrame, ...update, after: settings }] : [],
  )
  const late = changes.filter(({ frame }) => frame >= frames)
  const count = late.reduce((sum, { actions }) => sum + actions.length, 0)
  const seconds = Math.round(msOfFrame(late[0]?.frame ?? 0, canvas.fps) / 100) / 10
  return {
    changes: changes.filter(({ frame }) => frame < frames),
    warnings: count > 0 ? [{ code: 'updatesAfterEnd', params: { count, seconds } }] : [],
  }
}

/**
 * The first output frame at which the settings are other than at the start. What is seen from then on must not be moved
 * before it.
 */
export function firstChange({ stretches }: Pick<Job, 'stretches'>): number {
  const [first, ...later] = stretches
  return later.find(({ settings }) => !same(settings, first.settings))?.fromFrame ?? Infinity
}

/** What a change changes, one message for each setting; a single message if it changes nothing. */
export function whatChanges({ before, after }: Pick<SettingsChange, 'before' | 'after'>): readonly Message[] {
  const isOther = (key: keyof Settings) => !same(before[key], after[key])
  const { layout, background, subscription } = after
  const { r, g, b } = background
  const isOtherSelection = (medium: 'audio' | 'video') =>
    !same(before.subscription[medium], subscription[medium])
  const messages: Message[] = [
    ...(isOther('layout') ? [say('changeLayout', { layout: layoutName(layout) })] : []),
    ...(isOther('mainStream') ? [say('changeMain', { streamId: after.mainStream })] : []),
    ...(isOther('screenShare') ? [say('changeScreenShare', { share: after.screenShare })] : []),
    ...(isOther('fit') ? [say('changeFit', { fit: after.fit })] : []),
    ...(isOther('background') ? [say('changeBackground', { r, g, b })] : []),
    ...(isOther('watermarks') ? [say('changeWatermarks', { count: after.watermarks.length })] : []),
    ...(['video', 'audio'] as const).flatMap((medium) =>
      isOtherSelection(medium)
        ? [say('changeSelection', { medium, ...selectionOf(subscription[medium]) })]
        : [],
    ),
    ...(before.subscription.maxStreams !== subscription.maxStreams
      ? [say('changeMaximum', { maximum: subscription.maxStreams })]
      : []),
    ...streamChanges(before, after),
  ]
  return messages.length > 0 ? messages : [say('changeNothing', {})]
}

const say = <M extends Message>(code: M['code'], params: M['params']): Message => ({ code, params }) as M

const same = (a: unknown, b: unknown): boolean => a === b || JSON.stringify(a) === JSON.stringify(b)

export const layoutName = (layout: Settings['layout']): LayoutName =>
  layout.kind === 'preset' ? layout.preset : layout.kind

function selectionOf(selection: Selection): { kind: Selection['kind']; streamIds: readonly string[] } {
  return { kind: selection.kind, streamIds: selection.kind === 'all' ? [] : selection.streamIds }
}

const UNTOLD = { video: undefined, audio: undefined, isVideoMuted: false, isAudioMuted: false }

/** A message for each medium of a stream that is added, removed, muted or unmuted. */
function streamChanges(before: Settings, after: Settings): Message[] {
  if (same(before.streams, after.streams)) return []
  const ids = new Set([...before.streams, ...after.streams].map(({ streamId }) => streamId))
  const stateIn = ({ streams }: Settings, id: string): Omit<StreamState, 'streamId'> =>
    streams.find(({ streamId }) => streamId === id) ?? UNTOLD
  return [...ids].flatMap((streamId) => {
    const [then, now] = [stateIn(before, streamId), stateIn(after, streamId)]
    return (['video', 'audio'] as const).flatMap((medium): Message[] => {
      const muted = medium === 'video' ? 'isVideoMuted' : 'isAudioMuted'
      const taken = now[medium]
      return [
        ...(taken !== undefined && then[medium] !== taken
          ? [say('changeStream', { streamId, medium, state: taken ? 'take' : 'drop' })]
          : []),
        ...(then[muted] !== now[muted]
          ? [say('changeStream', { streamId, medium, state: now[muted] ? 'hide' : 'restore' })]
          : []),
      ]
    })
  })
}

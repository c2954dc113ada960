/** When users are present, over all their streams. Pure. */
import { participantOf } from '../../model/stream-id.ts'
import type { StreamChange } from '../../events/job-event.ts'

interface UserChange {
  readonly medium: 'audio' | 'video'
  readonly streamUid: string
  readonly isOpen: boolean
  readonly atMs: number
}

/** A user is present from the first of camera and screen to the last. Streams that touch cause no change. */
export function userChanges(changes: readonly StreamChange[]): UserChange[] {
  const open = new Map<string, number>()
  const said: UserChange[] = []
  for (const atMs of new Set(changes.map((change) => change.atMs))) {
    const moment = new Map<string, Pick<UserChange, 'medium' | 'streamUid'> & { before: number }>()
    for (const { streamId, medium, isOpen } of changes.filter((change) => change.atMs === atMs)) {
      if (medium === 'any') continue
      const streamUid = participantOf(streamId)
      const key = `${medium} ${streamUid}`
      const count = open.get(key) ?? 0
      if (!moment.has(key)) moment.set(key, { medium, streamUid, before: count })
      open.set(key, count + (isOpen ? 1 : -1))
    }
    for (const [key, { medium, streamUid, before }] of moment) {
      const isOpen = (open.get(key) ?? 0) > 0
      if (before > 0 !== isOpen) said.push({ medium, streamUid, isOpen, atMs })
    }
  }
  return said
}

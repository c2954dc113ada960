import { describe, expect, it } from 'vitest'
import { withoutUnknownKey } from '../../../src/config/named-streams.ts'
import { parseCfg } from '../../../src/config/cfg.ts'
import { examineJob, readJob } from '../../../src/config/read-job.ts'
import { JobError } from '../../../src/errors.ts'
import { say } from '../../../src/messages/index.ts'
import type { RoomIndex } from '../../../src/model/room.ts'
import { conf, request } from './help.ts'

const cfgOf = (text: string) => parseCfg({ text, file: 'cfg.json' })

const roomOf = (streamIds: readonly string[], unusable: readonly string[] = []): RoomIndex => ({
  ...{ jobId: 'job-1', roomId: 'room', startMs: 0, named: [] },
  entries: streamIds.map((streamId) => ({ streamId, name: streamId, key: streamId, startMs: 0 })),
  skipped: unusable.map((streamId) => ({ streamId, name: streamId, reason: '' })),
})
const ROOM = roomOf(['alice_1', 'alice_2', 'bob_1'], ['carol_1'])

const examine = (changes: Record<string, unknown>, room = ROOM) => {
  const { against } = examineJob({ cfg: cfgOf(request(changes)), conf, cfgFolder: '/x' })
  const said = against?.(room) ?? { problems: [], notices: [] }
  return {
    problems: said.problems.map(({ code, place }) => `${place.path}: ${code}`),
    notices: said.notices.map((notice) => `${notice.place.path.replace('Data.', '')}: ${say(notice)}`),
  }
}
const region = { X: 0, Y: 0, Width: 64, Height: 64 }
const positions = (...ids: string[]) => ({
  'SubscribeConfig.VideoStreamType': 1,
  'MixerConfig.PositionConfig': ids.map((RtcStreamId) => ({ RtcStreamId, Region: region })),
})

describe('names that the index does not have', () => {
  it('are warned of one by one, with the nearest that it has', () => {
    const { notices } = examine({
      'JobConfig.KeyStream': 'bbo_1',
      'MixerConfig.MaxResolutionStream': 'alice',
      'SubscribeConfig.SubscribeAudio': ['alice_1', 'alcie_2', '', 'zacharias_1'],
      'SubscribeConfig.UnsubscribeVideo': ['carol_1', 'ALICE_2'],
    })
    expect(notices).toEqual([
      'JobConfig.KeyStream: "bbo_1" is not a stream of the index and has no effect; did you mean "bob_1"?',
      'MixerConfig.MaxResolutionStream: "alice" is not a stream of the index and has no effect; did you mean "alice_1"?',
      'SubscribeConfig.SubscribeAudio[1]: "alcie_2" is not a stream of the index and has no effect; did you mean "alice_2"?',
      'SubscribeConfig.SubscribeAudio[3]: "zacharias_1" is not a stream of the index and has no effect',
      'SubscribeConfig.UnsubscribeVideo[1]: "ALICE_2" is not a stream of the index and has no effect; did you mean "alice_2"?',
    ])
  })

  it('count where they have a meaning: positions in manual mode, the main stream in the others', () => {
    const named = { ...positions('alice_1', 'bop_1'), 'MixerConfig.MaxResolutionStream': 'x_1' }
    expect(examine(named).notices).toEqual([
      'MixerConfig.PositionConfig[1].RtcStreamId: "bop_1" is not a stream of the index and has no effect; did you mean "bob_1"?',
    ])
    expect(examine({ ...named, 'SubscribeConfig.VideoStreamType': 0 }).notices).toEqual([
      expect.stringMatching(/^MixerConfig.MaxResolutionStream: "x_1"/),
    ])
  })

  it('are no key of the output', () => {
    const { job } = readJob({ cfg: cfgOf(request({ 'JobConfig.KeyStream': 'x_1' })), conf })
    expect(withoutUnknownKey(job, ROOM).keyStream).toBeUndefined()
    expect(withoutUnknownKey(job, roomOf(['x_1']))).toBe(job)
    expect(withoutUnknownKey(job, roomOf(['a_1'], ['x_1']))).toBe(job)
  })
})

describe('a request that leaves nobody', () => {
  it.each([
    [positions('x_1', 'y_1'), ['Data.MixerConfig.PositionConfig: positionsNobody']],
    [positions('x_1', 'bob_1'), []],
    [{ ...positions('x_1'), 'RecordingConfig.MediaChannel': 1 }, []],
    [
      { ...positions('bob_1'), 'SubscribeConfig.UnsubscribeVideo': ['bob_1'] },
      ['Data.MixerConfig.PositionConfig: positionsNobody'],
    ],
    [{ 'SubscribeConfig.SubscribeVideo': ['x_1'] }, ['Data.SubscribeConfig.SubscribeVideo: listNobody']],
    [{ 'SubscribeConfig.SubscribeVideo': ['x_1'], 'RecordingConfig.MediaChannel': 1 }, []],
    [
      { 'SubscribeConfig.UnsubscribeAudio': ['alice_1', 'alice_2', 'bob_1'] },
      ['Data.SubscribeConfig.UnsubscribeAudio: listNobody'],
    ],
    [{ 'SubscribeConfig.SubscribeAudio': ['x_1'], 'RecordingConfig.MediaChannel': 2 }, []],
  ])('%j', (changes, problems) => {
    expect(examine(changes).problems).toEqual(problems)
    expect(examine(changes, roomOf([])).problems).toEqual([])
  })

  it('is error 6, with the place', () => {
    const text = request({ 'SubscribeConfig.SubscribeVideo': ['x_1'] })
    const { against } = readJob({ cfg: cfgOf(text), conf })
    const error = (() => {
      try {
        return against(ROOM)
      } catch (thrown) {
        return thrown
      }
    })()
    expect(error).toBeInstanceOf(JobError)
    expect(error).toMatchObject({ exitCode: 6, code: 'streamsMissing' })
    expect((error as JobError).message).toMatch(
      /^cfg\.json:\d+:\d+ Data\.SubscribeConfig\.SubscribeVideo: SubscribeVideo excludes every stream/,
    )
  })
})

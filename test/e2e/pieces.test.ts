/** Pieces of a timesliced recording that are files of their own, through the real binary. */
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ffmpeg } from '../harness/frames.ts'
import { type Room, type RoomClip, makeRoom, runRoom } from '../harness/room.ts'
import { makeTracks, webmOf } from '../harness/wrong-times.ts'

const SECONDS = 3
let folder: string
let webm: Buffer
let mp4: Buffer
let room: Room | undefined
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'owt-pieces-'))
  webm = webmOf(await makeTracks(join(folder, 'source'), SECONDS))
  const source = ['-f', 'lavfi', '-i', `testsrc=s=160x120:r=15:d=${SECONDS}`]
  const path = join(folder, 'fragments.mp4')
  const fragments = ['-g', '15', '-movflags', 'empty_moov+default_base_moof+frag_keyframe']
  await ffmpeg([...source, '-c:v', 'libx264', '-preset', 'ultrafast', ...fragments, path])
  mp4 = await readFile(path)
})
afterAll(async () => {
  await rm(folder, { recursive: true })
  await room?.remove()
})

/** Where fragments of an MP4 begin. */
function fragmentsOf(bytes: Buffer): number[] {
  const found: number[] = []
  for (let at = 0; at + 8 <= bytes.length; at += bytes.readUInt32BE(at))
    if (bytes.toString('latin1', at + 4, at + 8) === 'moof') found.push(at)
  return found
}

function piecesOf(streamId: string, bytes: Buffer, cuts: readonly number[], ending: string): RoomClip[] {
  return [0, ...cuts].map((from, i) => ({
    ...{ streamId, startMs: i * 1000, name: `${streamId}-${i}.${ending}` },
    bytes: bytes.subarray(from, cuts[i]),
  }))
}

it('are joined where the index lists them in order, and each counts when it changes', async () => {
  const third = Math.floor(webm.length / 3)
  room = await makeRoom({
    canvas: { width: 160, height: 120, fps: 15 },
    clips: [
      ...piecesOf('a_1', webm, [third, 2 * third], 'webm'),
      // All but the beginning, which holds no picture yet, are fragments.
      ...piecesOf('b_1', mp4, fragmentsOf(mp4).slice(0, 2), 'mp4'),
      { streamId: 'c_1', startMs: 0, name: 'lone.mp4', bytes: mp4.subarray(fragmentsOf(mp4)[0]) },
    ],
  })
  const bucket = join(room.bucket, 'rec', 'room')
  const before = await readdir(bucket)

  const first = await runRoom(room)
  expect(first.exitCode, first.stderr).toBe(0)
  expect(first.result?.output).toMatchObject({ frames: SECONDS * 15 })
  expect(first.result?.segments).toMatchObject([{ layout: [{ streamId: 'a_1' }, { streamId: 'b_1' }] }])
  expect(first.result?.skipped).toMatchObject([
    {
      name: 'lone.mp4',
      reason: expect.stringMatching(/^it is a piece that continues an MP4 .*list all/) as string,
    },
  ])
  const said = (first.result?.warnings ?? []).filter(({ code }) => code !== 'recordingSkipped')
  expect(said.map(({ code, message }) => [code, message.split(',')[0]])).toEqual([
    ['piecesJoined', 'a_1-0.webm: it continues in a_1-1.webm'],
    ['piecesJoined', 'b_1-0.mp4: it continues in b_1-1.mp4'],
  ])
  expect(await readdir(bucket)).toEqual(before)

  expect((await runRoom(room)).result).toMatchObject({ isUnchanged: true })
  await writeFile(join(bucket, 'a_1-2.webm'), webm.subarray(2 * third, -2000))
  const again = await runRoom(room)
  expect(again.exitCode, again.stderr).toBe(0)
  expect(again.result).not.toMatchObject({ isUnchanged: true })
})

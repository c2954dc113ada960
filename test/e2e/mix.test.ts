/** A folder of recordings becomes a film, or a job to be edited. */
import { readFile, readdir, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Result } from '../../src/report/result.ts'
import { ROOM_START_MS, type Workplace, makeWorkplace } from '../harness/run-worker.ts'
import { makeSource } from '../harness/sources.ts'

const SMALL = {
  durationMs: 1000,
  video: { codec: 'vp8', size: { width: 160, height: 120 }, fps: 10 },
} as const

async function put(place: Workplace, path: string, id: number): Promise<string> {
  const source = await makeSource({ id, container: 'webm', ...SMALL, audio: { codec: 'opus' } })
  return place.write(path, await readFile(source.path))
}

const resultOf = (stdout: string) =>
  JSON.parse(stdout) as {
    jobId: string
    status: string
    warnings: unknown[]
    streams: { streamId: string }[]
    output: { durationMs: number; path?: string }
  }

describe('mix', () => {
  it('makes a film of a folder and says first what it takes the files for', async () => {
    const place = await makeWorkplace()
    try {
      await put(place, `rec/room_ann_1_${ROOM_START_MS}.webm`, 1)
      await put(place, `rec/room_bob_2_${ROOM_START_MS + 500}.webm`, 2)
      await place.write('rec/notes.txt', 'nothing')
      const film = join(place.folder, 'film.mp4')
      const args = [
        'mix',
        join(place.folder, 'rec'),
        '-o',
        film,
        '--size',
        '320x180',
        '--fps',
        '10',
        '--json',
      ]
      const ended = await place.run(args)
      expect(ended.stderr).toMatch(/^2 recordings of 2 people, as UCloud URTC leaves them, beginning /)
      expect(ended.stderr).toMatch(/^bob_2 +bob +screen +\+0\.500 s +1\.0 s +file name +room_bob_2_/m)
      expect(ended.code).toBe(0)
      const { status, warnings, streams, output } = resultOf(ended.stdout)
      expect({ status, warnings }).toEqual({ status: 'ok', warnings: [] })
      expect(streams.map(({ streamId }) => streamId)).toEqual(['ann_1', 'bob_2'])
      expect(output.durationMs).toBe(1500)
      expect((await readFile(film)).length).toBeGreaterThan(1000)
    } finally {
      await place.remove()
    }
  })

  it('takes no film of its own for a recording, and leaves the level where "off" is set', async () => {
    const place = await makeWorkplace()
    try {
      await put(place, 'rec/alice.webm', 1)
      const rec = join(place.folder, 'rec')
      const args = ['mix', rec, '--size', '320x180', '--fps', '10', '--json', '--speed', 'fast']
      const isLevelled = async (jobId: string) =>
        (await readFile(join(place.logDir, `${jobId}.log`), 'utf8')).includes('loudness of the mix')
      const first = await place.run([...args, '-o', join(rec, 'film.mp4')])
      expect(first, first.stderr).toMatchObject({ code: 0 })
      expect(await isLevelled(resultOf(first.stdout).jobId)).toBe(true)
      const conf = await place.write('conf.json', { audio: { loudness: 'off' } })
      const again = await place.run([...args, '-o', join(rec, 'again.mp4'), '--conf', conf])
      expect(again, again.stderr).toMatchObject({ code: 0 })
      expect(again.stderr).toContain('film.mp4 is left out: it is a film that owt-main made, not a recording')
      const { jobId, streams } = resultOf(again.stdout)
      expect(streams.map(({ streamId }) => streamId)).toEqual(['alice_1'])
      expect(await isLevelled(jobId)).toBe(false)
    } finally {
      await place.remove()
    }
  })
})

describe('init', () => {
  it('writes an index and a cfg.json without a mistake, and never over an edited one', async () => {
    const place = await makeWorkplace()
    try {
      await put(place, 'my call/alice.webm', 1)
      await put(place, 'my call/bob.webm', 2)
      const folder = join(place.folder, 'my call')
      const made = await place.run(['init', '--start', 'bob=+0.25', '--name', 'bob=李雷', folder])
      expect(made).toMatchObject({ code: 0, stderr: '' })
      expect(made.stdout).toContain(`then run: owt-main '${join(folder, 'cfg.json')}'`)
      const index = JSON.parse(await readFile(join(folder, 'my-call.json'), 'utf8')) as object
      expect(index).toMatchObject({
        StartTime: 0,
        Files: [
          { StreamId: 'alice_1', Name: 'alice.webm', StartTime: 0 },
          { StreamId: '李雷_1', Name: 'bob.webm', StartTime: 0.25 },
        ],
      })
      expect(await place.run(['validate', join(folder, 'cfg.json')])).toMatchObject({
        code: 0,
        stdout: expect.stringContaining('no errors and no warnings') as string,
      })
      const again = await place.run(['init', folder])
      expect(again).toMatchObject({ code: 1, stdout: '' })
      expect(again.stderr).toMatch(/exists already: edit it, or overwrite it with --force/)
    } finally {
      await place.remove()
    }
  })
})

it('a shared screen takes the main region with --share large', async () => {
  const place = await makeWorkplace()
  try {
    for (const [i, name] of ['alice', 'bob', 'bob screen'].entries())
      await put(place, `call/${name}.webm`, i + 1)
    const folder = join(place.folder, 'call')
    const largest = async (share: string) => {
      await place.run(['init', '--force', '--share', share, folder])
      const { stdout } = await place.run(['plan', '--json', join(folder, 'cfg.json')])
      const { segments } = JSON.parse(stdout) as Pick<Result, 'segments'>
      return segments.map(({ layout }) => layout.toSorted((a, b) => b.width - a.width)[0]?.streamId)
    }
    expect(await largest('equal')).toEqual(['alice_1'])
    expect(await largest('large')).toEqual(['bob_2'])
  } finally {
    await place.remove()
  }
})

describe('a file that is no cfg.json', () => {
  it('is answered with the command that was meant, and leaves nothing', async () => {
    const place = await makeWorkplace()
    try {
      const film = await put(place, 'rec/alice.webm', 1)
      const index = await place.write('rec/room.json', '{ "JobId": "room", "Files": [] }')
      const one = async (path: string) => {
        const { code, stdout, stderr } = await place.run([path])
        return { code, stdout, stderr: stderr.replaceAll(place.folder, '') }
      }
      const rec = join(place.folder, 'rec')
      const said = (text: string) => ({ code: 1, stdout: '', stderr: `error: ${text}\n` })
      expect(await one(film)).toEqual(
        said('"/rec/alice.webm" is a recording, not a cfg.json; did you mean: owt-main mix rec/alice.webm'),
      )
      expect(await one(rec)).toEqual(
        said('"/rec" is a folder, not a cfg.json; did you mean: owt-main mix rec'),
      )
      expect(await one(index)).toEqual(
        said('"/rec/room.json" is the index of a room, not a cfg.json; did you mean: owt-main mix rec'),
      )
      for (const [name, content] of Object.entries({
        'a.bin': Buffer.from([1, 0, 2, 0, 3]),
        'a.zip': Buffer.from('PK\x03\x04\x14\0\0\0', 'latin1'),
        'a.txt': 'Alice was late',
        'empty.json': '',
      })) {
        await place.write(`rec/${name}`, content)
        expect(await one(join(rec, name))).toEqual(
          said(`"/rec/${name}" is not JSON, so it is not a cfg.json; "owt-main help" shows the commands`),
        )
      }
      for (const [name, content] of Object.entries({
        'a.m3u8': '#EXTM3U\n#EXTINF:1.0\na.ts\n',
        'events.xml': '<recording meeting_id="1"></recording>',
        'info.txt': 'Recording x\n\nStart time:\t2026-11-26T14:02:11.482Z\n',
      })) {
        await place.write(`rec/${name}`, content)
        expect(await one(join(rec, name))).toEqual(
          said(
            `"/rec/${name}" is a list that belongs to recordings, not a cfg.json; did you mean: owt-main mix rec`,
          ),
        )
      }
      for (const manifest of ['{ "egress_id": "EG_k2", "files": [] }', '[{ "sid": "RT01" }]']) {
        expect(await one(await place.write('rec/other.json', manifest))).toEqual(
          said(
            '"/rec/other.json" has neither Internal nor Data, so it is not a cfg.json; for the recordings beside it: owt-main mix rec',
          ),
        )
      }
      // Never read whole: 200 MB that begin as a recording, and text that may be JSON.
      const large = await place.write('large.json', await readFile(film))
      await truncate(large, 200e6)
      expect(await one(large)).toEqual(
        said('"/large.json" is a recording, not a cfg.json; did you mean: owt-main mix large.json'),
      )
      await writeFile(large, '{')
      await truncate(large, 200e6)
      expect((await one(large)).stderr).toMatch(/^error: [^\n]+\n$/)
      for (const command of ['plan', 'preview', 'validate', 'batch']) {
        const ended = await place.run([command, join(rec, 'a.m3u8')])
        expect(ended).toMatchObject({ code: 1 })
        expect(ended.stdout + ended.stderr).toContain('did you mean: owt-main mix rec')
      }
      expect(await readdir(place.logDir).catch(() => [])).toEqual([])
      const status = await place.run(['status', '--json'])
      expect(JSON.parse(status.stdout)).toMatchObject({ jobs: [] })
      const many = await place.write('many.json', '{\n'.repeat(400))
      const ended = await place.run([many])
      expect(ended.stderr.split('\n').length).toBeLessThan(30)
    } finally {
      await place.remove()
    }
  })
})

/** Whole jobs whose ffmpegs run in a sandbox, or would if there were one. */
import { chmod, mkdtemp, readFile, readdir, readlink, realpath, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { onPath } from '../../src/ffmpeg/on-path.ts'
import { ffmpegPath, runFfmpeg } from '../harness/run-ffmpeg.ts'
import { type Changes, JOB_ID, cfgOf, expectFailure, until, usePlace } from '../harness/run-worker.ts'
import { whyNoSandbox } from '../harness/sandbox.ts'
import { CHUNKED, furnishShort, packetsHash } from '../harness/short-job.ts'

const why = await whyNoSandbox()
const title = 'in a sandbox'

// Quotes, colons and spaces: whatever ffmpeg is told in a graph or a list has to be let through by its true name.
const place = usePlace(furnishShort, "owt sandbox: it's ")

async function run(env: Record<string, string>, changes: Changes = {}, args: readonly string[] = []) {
  const cfg = await place.write('cfg.json', cfgOf(changes))
  return place.run(['--quiet', ...args, cfg], { env: { ...CHUNKED, ...env } })
}

const held = async () => (await place.log()).find(({ msg }) => msg.startsWith('each ffmpeg runs'))

describe.skipIf(why)(why === undefined ? title : `${title} (skipped: ${why})`, () => {
  it('a film is the same as without, with all that goes beside it', async () => {
    const logo = join(place.folder, 'logo.png')
    await runFfmpeg(['-f', 'lavfi', '-i', 'color=red:s=16x16', '-frames:v', '1', logo])
    const marks = [
      { Type: 3, X: 4, Y: 40, Alpha: 1, Text: "it's: 50%" },
      { Type: 1, X: 4, Y: 4, Alpha: 1 },
      { Type: 2, X: 100, Y: 4, Image: 'logo.png' },
    ]
    const beside = {
      ...{ OWT_OUTPUT_POSTER: 'true', OWT_OUTPUT_THUMBNAILS: 'true', OWT_OUTPUT_HLS: 'true' },
      OWT_REPORT_ENABLED: 'true',
    }
    const made: { hash: string; files: string[]; report: boolean }[] = []
    for (const mode of ['off', 'on'] as const) {
      const changes = { Data: { MixerConfig: { WaterMark: marks } } }
      const ended = await run({ ...beside, OWT_FFMPEG_SANDBOX: mode }, changes, ['--force'])
      expect(ended).toMatchObject({ code: 0, stderr: '' })
      const page = await readFile(join(place.logDir, `${JOB_ID}.html`), 'utf8')
      made.push({
        hash: await packetsHash(join(place.bucket, `out/${JOB_ID}.mp4`), place),
        files: (await readdir(join(place.bucket, 'out'), { recursive: true })).toSorted(),
        report: page.includes('data:image/jpeg') && page.includes('LUFS'),
      })
    }
    expect(made[0]).toMatchObject({ report: true })
    expect(made[0]?.files.length).toBeGreaterThan(5)
    expect(made[1]).toEqual(made[0])
    expect(await held()).toMatchObject({ level: 'info', msg: 'each ffmpeg runs in a sandbox' })
  })

  it('a job goes on with what was made without one', async () => {
    const kept = ['--keep-work']
    expect(await run({ OWT_FFMPEG_SANDBOX: 'off' }, {}, kept)).toMatchObject({ code: 0 })
    // Another place for the film: all is as it was but that it is not there yet.
    const elsewhere = { Data: { RecordingConfig: { StorageConfig: { FileNamePrefix: 'again/$Jobid.mp4' } } } }
    expect(await run({ OWT_FFMPEG_SANDBOX: 'on' }, elsewhere, kept)).toMatchObject({ code: 0 })
    const log = await place.log()
    expect(log.filter(({ msg }) => msg === 'ffmpeg done')).toEqual([])
    expect(log.filter(({ msg }) => msg === 'made by an earlier run').map(({ command }) => command)).toContain(
      'mux',
    )
  })

  it('a preview is made', async () => {
    const cfg = await place.write('cfg.json', cfgOf())
    const env = { OWT_FFMPEG_SANDBOX: 'on' }
    expect(
      await place.run(['preview', '--mock', '--output', join(place.folder, 'seen.png'), cfg], { env }),
    ).toMatchObject({
      code: 0,
    })
  })

  it('no ffmpeg outlives a worker that is killed', async () => {
    const seconds = `600.${process.pid}`
    const script = `#!/bin/sh\ncase "$*" in *video-1.mp4*) sleep ${seconds};; esac\nexec ${ffmpegPath()} "$@"\n`
    const path = await place.write('ffmpeg', script)
    await chmod(path, 0o755)
    const cfg = await place.write('cfg.json', cfgOf())
    const env = { ...CHUNKED, FFMPEG_PATH: path, OWT_FFMPEG_SANDBOX: 'on' }
    const { child, ended } = place.start(['--quiet', cfg], { env })
    await until('it encodes', async () => (await sleeping(seconds)).length === 1)
    const [inner = ''] = await sleeping(seconds)
    expect(await readlink(`/proc/${inner}/ns/net`)).not.toBe(await readlink('/proc/self/ns/net'))
    child.kill('SIGKILL')
    await ended
    await until('nothing of it is left', async () => (await sleeping(seconds)).length === 0)
    await until('nor its sandbox', async () => (await place.processes()).length === 0)
  })

  it('a job that is stopped ends all that is in it', async () => {
    const seconds = `601.${process.pid}`
    const script = `#!/bin/sh\ncase "$*" in *video-1.mp4*) sleep ${seconds};; esac\nexec ${ffmpegPath()} "$@"\n`
    const path = await place.write('ffmpeg', script)
    await chmod(path, 0o755)
    const cfg = await place.write('cfg.json', cfgOf())
    const env = { ...CHUNKED, FFMPEG_PATH: path, OWT_FFMPEG_SANDBOX: 'on' }
    const { child, ended } = place.start(['--quiet', cfg], { env })
    await until('it encodes', async () => (await sleeping(seconds)).length === 1)
    child.kill('SIGTERM')
    expect(await ended).toMatchObject({ code: 143 })
    expect(await sleeping(seconds)).toEqual([])
  })
})

/** Ids of processes that sleep so long. */
async function sleeping(seconds: string): Promise<string[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const lines = await Promise.all(ids.map((id) => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')))
  return ids.filter((_, i) => lines[i] === `sleep\0${seconds}\0`)
}

describe('without bubblewrap', () => {
  /** A PATH with ffmpeg alone. */
  async function bare(): Promise<string> {
    // The folder of the job has a colon in its name, which PATH has no way to write.
    const bin = await realpath(await mkdtemp(join(tmpdir(), 'owt-bin-')))
    onTestFinished(() => rm(bin, { recursive: true }))
    const ffmpeg = await onPath(ffmpegPath(), process.env['PATH'] ?? '')
    await symlink(await realpath(ffmpeg ?? ffmpegPath()), join(bin, 'ffmpeg'))
    return bin
  }

  it('a job that asks for a sandbox ends at once and says what to install', async () => {
    const before = await place.bucketFiles()
    const ended = await run({ PATH: await bare(), OWT_FFMPEG_SANDBOX: 'on' })
    await expectFailure({
      place,
      ended,
      before,
      code: 1,
      says: /bubblewrap \(bwrap\) was not found on PATH; install it/,
    })
    expect(ended.stderr.trimEnd().split('\n')).toHaveLength(1)
  })

  it('a job goes on, and the log says that there is none', async () => {
    expect(await run({ PATH: await bare() })).toMatchObject({ code: 0 })
    expect(await held()).toMatchObject({
      level: 'info',
      msg: 'each ffmpeg runs without a sandbox',
      detail: 'bubblewrap (bwrap) is not installed',
    })
  })
})

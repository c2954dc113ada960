/**
 * Compares what `plan` estimates with what jobs take: `npm run estimate` on an idle machine. CPU seconds are comparable
 * on a busy one too, as far as its processes do not take caches from one another.
 *
 * `--only NAME` measures one room. A range is estimated, from little motion to full motion; `off` says by how much a
 * measurement differs from its middle.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { parse } from 'jsonc-parser'
import { measure } from './bench/measure.mjs'
import { makeRoom } from './bench/media.mjs'
import { line, script } from './bench/shell.mjs'
import { workloads } from './bench/workloads.mjs'

const HOME = join(import.meta.dirname, '..')
const CACHE = join(HOME, 'work/bench')
const SECONDS = 20

const { values } = parseArgs({ options: { only: { type: 'string', multiple: true } } })

/** The bundled room: two cameras, a screen share, a late third person. */
function bundled(video, mixer = {}, media = 3) {
  return () => {
    const cfg = parse(readFileSync(join(HOME, 'mixer/cfg.json'), 'utf8'))
    Object.assign(cfg.Data.TranscodingConfig.Video, video)
    Object.assign(cfg.Data.MixerConfig, mixer)
    cfg.Data.RecordingConfig.MediaChannel = media
    Object.assign(cfg.Data.RecordingConfig.StorageConfig, {
      Bucket: join(HOME, 'mixer/bucket'),
      FileNamePrefix: 'output/estimate.mp4',
    })
    return { cfg, args: ['--index', join(HOME, 'mixer/bucket/job-demo-20261122-0001.json')] }
  }
}

function ofBench(name, video = {}) {
  return async () => {
    const { rooms } = workloads({ seconds: SECONDS }).find((one) => one.name === name)
    const cores = availableParallelism()
    const ffmpeg = process.env.FFMPEG_PATH || 'ffmpeg'
    const made = await makeRoom(rooms[0], {
      ffmpeg,
      cache: CACHE,
      cores,
      say: (text) => process.stderr.write(`${text}\n`),
    })
    const cfg = JSON.parse(readFileSync(made.cfgPath, 'utf8'))
    Object.assign(cfg.Data.TranscodingConfig.Video, video)
    cfg.Data.RecordingConfig.StorageConfig.Bucket = join(made.folder, 'bucket')
    return { cfg, args: ['--index', join(made.folder, `${made.jobId}.json`)] }
  }
}

const ROOMS = {
  bundled: bundled({}),
  'bundled, 15 fps': bundled({ Fps: 15 }),
  'bundled, 1080p': bundled({ Width: 1920, Height: 1080, BitRate: 3000 }),
  'screen share, large': bundled({}, { ScreenShare: 'large' }),
  'audio only': bundled({}, {}, 1),
  '4 people': ofBench('W4'),
  '9 people, 1080p': ofBench('W9'),
  '32 people, 1080p': ofBench('W32'),
}

/** Runs the worker with the given arguments. @returns its output and what it and its children took, in s */
async function worker(folder, args) {
  const places = ['--log-dir', join(folder, 'logs'), '--work-dir', join(folder, 'work')]
  const path = join(folder, 'run.sh')
  writeFileSync(path, script([line([process.execPath, join(HOME, 'bin/owt-main'), ...args, ...places])]))
  const { stdout, cpuMs, wallMs } = await measure(path)
  return { stdout, cpu: cpuMs / 1000, wall: wallMs / 1000 }
}

const print = (...cells) => process.stdout.write(`${cells.join(' ').trimEnd()}\n`)
const of = (seconds) => seconds.toFixed(1).padStart(7)
const off = (measured, [least, most]) =>
  `${Math.round((100 * (2 * measured)) / (least + most) - 100)} %`.padStart(7)

print('room                  CPU s estimated   taken     off    s estimated   taken     off')
for (const [name, make] of Object.entries(ROOMS)) {
  if (values.only && !values.only.includes(name)) continue
  const folder = mkdtempSync(join(tmpdir(), 'owt-estimate-'))
  try {
    const { cfg, args } = await make()
    const path = join(folder, 'cfg.json')
    writeFileSync(path, JSON.stringify(cfg))
    const { estimate } = JSON.parse((await worker(folder, ['plan', path, ...args, '--json'])).stdout)
    const { cpu, wall } = await worker(folder, ['run', path, ...args, '--force', '--quiet'])
    const { cpuSeconds, seconds } = estimate
    const cells = [of(cpuSeconds[0]), of(cpuSeconds[1]), of(cpu), off(cpu, cpuSeconds)]
    print(
      name.padEnd(21),
      [...cells, of(seconds[0]), of(seconds[1]), of(wall), off(wall, seconds)].join(' '),
      values.only ? JSON.stringify(estimate) : '',
    )
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
rmSync(join(HOME, 'mixer/bucket/output/estimate.mp4'), { force: true })
rmSync(join(HOME, 'mixer/bucket/output/estimate.jpg'), { force: true })

/** Measures audio for a report: the finished mix by EBU R128, a recording by its level over time. */
import { randomBytes } from 'node:crypto'
import { escapeValue } from '../graph/escape.ts'
import { type CommandInput, asProbed, openArgs } from '../model/command.ts'
import type { Recording } from '../model/room.ts'
import type { MixSound } from '../report/facts.ts'
import { LEVEL_MS, type Level } from '../report/speech.ts'
import type { Looker } from '../ffmpeg/inspect.ts'
import { runWatched, takeText } from '../ffmpeg/run-watched.ts'

/** Number of sections of the mix: more than a page has pixels across. */
const STRETCHES = 1000
/** Sample rate in Hz. Low, since only the shape of the waveform is shown. */
const RATE = 8000
/** Interval of ebur128's loudness values. */
const LOUDNESS_MS = 100
/** The absolute gate of BS.1770, in LUFS; anything below counts as silence. */
const GATE = -70

/** Matches "t: 0.399977   TARGET:-23 LUFS    M: -22.1 S:-120.7     I: -22.1 LUFS" after the filter's name. */
const MEASURED = / M: *(\S+) S: *(\S+)/
const SUMMARY = {
  integrated: /^\s+I:\s+(\S+) LUFS/,
  range: /^\s+LRA:\s+(\S+) LU/,
  peak: /^\s+Peak:\s+(\S+) dBFS/,
}

const astats = (what: readonly string[]): string =>
  `astats=metadata=1:reset=1:measure_perchannel=none:measure_overall=${what.join('+')}`

/**
 * Measures loudness and waveform of a finished file in one pass over its audio.
 * @param file.lengthMs duration of the file
 * @returns undefined if it cannot be decoded
 */
export async function measureMix(
  look: Omit<Looker, 'maxPixels'>,
  { path, lengthMs }: { path: string; lengthMs: number },
): Promise<MixSound | undefined> {
  const samples = Math.max(RATE / 100, Math.ceil((lengthMs * RATE) / 1000 / STRETCHES))
  const perPoint = Math.max(1, Math.ceil(lengthMs / LOUDNESS_MS / STRETCHES))
  const momentary: number[] = []
  const shortTerm: number[] = []
  const figures = { integrated: NaN, range: NaN, peak: NaN }
  const to = `${look.folder}/report.wave`
  // ffmpeg also prints the file's own tags, so only lines under the filter's random name and those after them count.
  const meter = `ebur128@${randomBytes(8).toString('hex')}`
  let isSummary = false
  const end = await measure(look, {
    input: { args: ['-protocol_whitelist', 'file', '-f', 'mov'], path },
    filter: [
      `${meter}=peak=true:framelog=info`,
      `aresample=${RATE}`,
      'aformat=channel_layouts=mono',
      `asetnsamples=${samples}:p=0`,
      astats(['Peak_level', 'RMS_level']),
      `ametadata=mode=print:file=${escapeValue(to)}`,
    ],
    logLevel: 'info',
    onLine: (line) => {
      if (line.startsWith(`[${meter} @ `)) {
        const [, m, s] = MEASURED.exec(line) ?? []
        if (m !== undefined) momentary.push(Number(m))
        if (s !== undefined) shortTerm.push(Number(s))
        isSummary = line.includes('Summary:')
      }
      if (!isSummary) return
      for (const name of ['integrated', 'range', 'peak'] as const) {
        const [, value] = SUMMARY[name].exec(line) ?? []
        if (value !== undefined) figures[name] = Number(value)
      }
    },
  })
  const text = await takeText(to)
  if (!end.ok || momentary.length === 0) return undefined
  const swing = (name: string) =>
    [...text.matchAll(new RegExp(`${name}=(\\S+)`, 'g'))].map(([, db]) =>
      linear(db === '-inf' ? -Infinity : Number(db)),
    )
  const isLoud = figures.integrated > GATE
  return {
    integratedLufs: isLoud ? figures.integrated : null,
    rangeLu: isLoud && Number.isFinite(figures.range) ? figures.range : null,
    truePeakDb: Number.isFinite(figures.peak) ? figures.peak : null,
    curve: {
      stepMs: perPoint * LOUDNESS_MS,
      momentary: greatest(momentary, perPoint),
      shortTerm: greatest(shortTerm, perPoint),
    },
    wave: { stepMs: (samples * 1000) / RATE, peak: swing('Peak_level'), rms: swing('RMS_level') },
  }
}

/** Converts dBFS to a fraction of full scale, rounded for drawing. */
const linear = (db: number): number => Math.round(10 ** (db / 20) * 1000) / 1000 || 0

function greatest(values: readonly number[], per: number): (number | null)[] {
  return Array.from({ length: Math.ceil(values.length / per) }, (_, i) => {
    const value = Math.max(...values.slice(i * per, (i + 1) * per).filter((one) => one > GATE))
    return Number.isFinite(value) ? value : null
  })
}

/** Measures the level of a recording's audio over file time; empty if it cannot be decoded. */
export async function measureLevels(look: Looker, recording: Recording): Promise<readonly Level[]> {
  const to = `${look.folder}/report.levels`
  await measure(look, {
    input: {
      args: ['-copyts', ...openArgs(asProbed(recording.probe), look.maxPixels)],
      path: recording.path,
    },
    filter: [
      'aformat=channel_layouts=mono',
      `aresample=${RATE}`,
      `asetnsamples=${(RATE * LEVEL_MS) / 1000}:p=0`,
      astats(['RMS_level']),
      `ametadata=mode=print:file=${escapeValue(to)}`,
    ],
    logLevel: 'error',
  })
  const text = await takeText(to)
  return [...text.matchAll(/pts_time:(\S+)\s+\S*RMS_level=(\S+)/g)].map(([, at, db]) => ({
    atMs: Number(at) * 1000,
    db: db === '-inf' ? -Infinity : Number(db),
  }))
}

/** Runs a file's audio through filters, whose results are in their output files and log lines. */
function measure(
  look: Omit<Looker, 'maxPixels'>,
  {
    filter,
    ...job
  }: {
    input: CommandInput
    filter: readonly string[]
    logLevel: 'info' | 'error'
    onLine?: (line: string) => void
  },
): Promise<{ readonly ok: boolean }> {
  const args = ['-map', '0:a:0', '-af', filter.join(','), '-f', 'null']
  return runWatched(look, { ...job, fence: look.ffmpeg.fences.look, args, to: '-', writes: [look.folder] })
}

/**
 * Determines the contents of a recording from its packets: headers of real-time recordings are wrong or incomplete.
 */
import type { Fence } from '../model/fence.ts'
import { readPositions } from './positions.ts'
import type { NotUsable, ProbeOutcome } from './probe-outcome.ts'
import { type Also, type Facts, type Look, readPackets } from './read-packets.ts'
import { refusalOf, refusedTracks } from './refused.ts'
import { type Sniffed, sniff } from './sniff-file.ts'
import type { Probing } from './types.ts'
import { isHidden, understood } from './understand.ts'

const TOO_LARGE = /exceeds specified max pixel count/

/** Probes one recording on this machine. Never throws because of the file's content. */
export async function probeRecording(
  options: Probing & { readonly path: string; readonly also?: Also; readonly fence?: Fence },
): Promise<ProbeOutcome> {
  const file = await sniff(options.path)
  return 'unusable' in file ? file : probeOne(file, options)
}

/**
 * Probes recordings in one ffmpeg run, since startup costs more than reading most of them. Those for which this fails
 * are probed one by one.
 * @returns one outcome per path, in the same order
 */
export async function probeRecordings(
  paths: readonly string[],
  options: Probing,
): Promise<readonly ProbeOutcome[]> {
  const sniffed = await Promise.all(paths.map(sniff))
  const files = sniffed.filter((file) => 'path' in file)
  const together = files.length > 1 ? await probeTogether(files, options) : undefined
  const outcomes: ProbeOutcome[] = []
  for (const file of sniffed) {
    outcomes.push('unusable' in file ? file : (together?.get(file) ?? (await probeOne(file, options))))
  }
  return outcomes
}

/** Number of times a report with missing lines is read again. */
const MOST_GARBLED = 2

async function probeOne(
  file: Sniffed,
  options: Probing & { readonly also?: Also; readonly fence?: Fence },
): Promise<ProbeOutcome> {
  const { stallMs, signal, also } = options
  const readAs = async (look: Look, withAlso?: Also) => {
    const readOnce = () => readPackets([file], { ...options, look, also: withAlso })
    let run = await readOnce()
    for (let again = 0; run.isGarbled && again < MOST_GARBLED; again += 1) run = await readOnce()
    return run
  }
  // A run for audio alone may find no video, and newer releases then reject `-skip_frame`.
  const both = await readAs(also && !also.keyframes ? 'none' : 'keyframes', also)
  // Without video the second output has no stream, which is an error to ffmpeg; and if memory is too small for the
  // video, the audio may still be usable.
  const none = both.ok || both.stalled || isHopeless(both) ? both : await readAs('none')
  // ffmpeg does not even list the packets of a track whose declared picture is too large; its audio may be usable.
  const run = TOO_LARGE.test(none.firstError) ? await readAs('claims') : none
  signal?.throwIfAborted()
  if (run.stalled) return { unusable: 'stalled', detail: (stallMs / 1000).toFixed() }
  if (run.beyond) return run.beyond
  let facts: Facts = { ...both.facts(0), packets: run.facts(0).packets }
  const refused = refusedTracks(facts.packets, options)
  if (isHidden(facts) && !refused.video) {
    const all = await readAs('all')
    signal?.throwIfAborted()
    if (isHopeless(all)) return all.beyond
    facts = { ...facts, pictures: all.facts(0).pictures }
  }
  if (facts.packets.isApart()) facts.packets.settle(await readPositions(file, options))
  const found = understood(file, facts, refused)
  if (found) return found
  const whole = refusalOf(refused)
  if (whole) return { unusable: whole.code, detail: whole.params.detail }
  const { demuxer } = file
  const codecs = facts.packets.codecs()
  return { unusable: run.ok ? 'noPackets' : 'broken', detail: run.firstError, demuxer, codecs }
}

/** Whether reading again would fail as well. */
function isHopeless<T extends { readonly beyond: NotUsable | undefined }>(
  run: T,
): run is T & { readonly beyond: NotUsable } {
  return run.beyond !== undefined && run.beyond.unusable !== 'tooMuchMemory'
}

/** @returns outcomes of files without problems, and of those that would fail again; if ffmpeg fails, only the latter */
async function probeTogether(
  files: readonly Sniffed[],
  options: Probing,
): Promise<ReadonlyMap<Sniffed, ProbeOutcome>> {
  const run = await readPackets(files, { ...options, look: 'keyframes' })
  options.signal?.throwIfAborted()
  const found = new Map<Sniffed, ProbeOutcome>()
  files.forEach((file, i) => {
    if (run.hasTooMany(i)) found.set(file, { unusable: 'tooManyPackets', detail: '' })
    if (!run.ok || run.isGarbled) return
    const facts = run.facts(i)
    const isPlain = !isHidden(facts) && !facts.packets.isApart()
    const refused = refusedTracks(facts.packets, options)
    const outcome = isPlain ? understood(file, facts, refused) : undefined
    if (outcome) found.set(file, outcome)
  })
  return found
}

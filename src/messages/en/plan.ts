/** Texts of the `plan` command. */
export const plan = {
  planTitle: (p: { jobId: string; frames: number; length: string }) =>
    `${p.jobId}: ${p.frames} frames, ${p.length}`,
  planStreams: (_: object) => 'streams',
  planSegments: (_: object) => 'segments',
  planUpdates: (_: object) => 'updates',
  planSkipped: (_: object) => 'skipped',
  planEstimate: (_: object) => 'estimate',
  planCommands: (_: object) => 'commands',
  planInks: (p: { seen: string; heard: string; gap: string }) =>
    `${p.seen} seen, ${p.heard} heard only, ${p.gap} gap; consecutive clips of a stream alternate`,
  planClip: (p: { video: boolean; audio: boolean; name: string; offsetMs: number }) =>
    `${[...(p.video ? ['video'] : []), ...(p.audio ? ['audio'] : [])].join('+')}  ${p.name} (offset ${p.offsetMs} ms)`,
  planLayout: (p: { layout: LayoutName; streams: number; main?: string | undefined }) =>
    `${LAYOUTS[p.layout]}, ${p.streams} ${p.streams === 1 ? 'stream' : 'streams'}${p.main === undefined ? '' : `, main region: ${p.main}`}`,
  planPlace: (p: { width: number; height: number; x: number; y: number; z: number }) =>
    `${p.width}x${p.height} at ${p.x},${p.y}${p.z === 0 ? '' : `, z ${p.z}`}`,
  planWho: (p: { layout: LayoutName; streams: readonly string[] }) =>
    `${LAYOUTS[p.layout]}: ${p.streams.length === 0 ? 'nobody' : p.streams.join(', ')}`,
  planMoreSegments: (p: { count: number }) =>
    `and ${p.count} more ${p.count === 1 ? 'segment' : 'segments'}; --commands lists them all`,
  planMore: (_: object) => '--commands shows recordings, rectangles and ffmpeg commands too',
  planTime: (p: {
    about: string
    least: string
    most: string
    cores: number
    encoder: string
    speed: string
  }) =>
    `time: about ${p.about} (${p.least} where little moves, ${p.most} where everything does); assumes ${p.cores} idle ${p.cores === 1 ? 'core' : 'cores'} of a usual server and ${p.encoder} at ${p.speed}, without fetching and uploading`,
  planFleet: (p: { fleets: readonly { machines: number; about: string; percent: number }[] }) =>
    `with more machines like this one: ${p.fleets.map((one) => `about ${one.about} on ${one.machines} (${one.percent} % more work)`).join(', ')}`,
  planOutput: (p: { output: string; kbps: number; disk: string }) =>
    `size: about ${p.output} (${p.kbps} kbit/s); up to ${p.disk} in the work folder meanwhile`,
}

export type LayoutName = 'tile' | 'vertical' | 'single' | 'tile2' | 'vertical2' | 'custom' | 'manual'

export const LAYOUTS: Readonly<Record<LayoutName, string>> = {
  tile: 'tile',
  vertical: 'vertical',
  single: 'single',
  tile2: 'tile 2',
  vertical2: 'vertical 2',
  custom: 'own template',
  manual: 'own positions',
}

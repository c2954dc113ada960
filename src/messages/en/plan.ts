/** Texts of the `plan` command. */
export const plan = {
  planTitle: (p: { jobId: string; frames: number; length: string }) =>
    `${p.jobId}: ${p.frames} frames, ${p.length}`,
  planTimeline: (_: object) => 'timeline',
  planStreams: (_: object) => 'streams',
  planSegments: (_: object) => 'segments',
  planSkipped: (_: object) => 'skipped',
  planEstimate: (_: object) => 'estimate',
  planCommands: (_: object) => 'commands',
  planInks: (p: { seen: string; heard: string; gap: string }) =>
    `${p.seen} seen, ${p.heard} heard only, ${p.gap} gap; clips of one stream in turns`,
  planClip: (p: { video: boolean; audio: boolean; name: string; offsetMs: number }) =>
    `${[...(p.video ? ['video'] : []), ...(p.audio ? ['audio'] : [])].join('+')}  ${p.name} (offset ${p.offsetMs} ms)`,
  planLayout: (p: { layout: LayoutName; streams: number; main?: string }) =>
    `${LAYOUTS[p.layout]}, ${p.streams} ${p.streams === 1 ? 'stream' : 'streams'}${p.main === undefined ? '' : `, main region: ${p.main}`}`,
  planPlace: (p: { width: number; height: number; x: number; y: number; z: number }) =>
    `${p.width}x${p.height} at ${p.x},${p.y}${p.z === 0 ? '' : `, z ${p.z}`}`,
  planTime: (p: { least: string; most: string; cores: number; encoded: number; decoded: number }) =>
    `time: ${p.least} where little moves to ${p.most} where everything does, on ${p.cores} ${p.cores === 1 ? 'core' : 'cores'}, without fetching and uploading; by ${p.encoded} million pixels to encode and ${p.decoded} million to decode, as measured on one server`,
  planDisk: (p: { disk: string }) => `disk: up to ${p.disk} in the work folder`,
  planOutput: (p: { output: string; kbps: number }) => `finished file: about ${p.output} (${p.kbps} kbit/s)`,
}

export type LayoutName = 'tile' | 'vertical' | 'single' | 'tile2' | 'vertical2' | 'custom' | 'manual'

const LAYOUTS: Readonly<Record<LayoutName, string>> = {
  tile: 'tile',
  vertical: 'vertical',
  single: 'single',
  tile2: 'tile 2',
  vertical2: 'vertical 2',
  custom: 'own template',
  manual: 'own positions',
}

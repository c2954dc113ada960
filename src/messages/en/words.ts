/** Parts of many messages: prefixes, durations, and how a job ended. */
export const words = {
  prefix: (p: { severity: 'error' | 'warning' | 'note' }) => `${p.severity}: `,
  placed: (p: { where: string; text: string }) => `${p.where}: ${p.text}`,

  lengthSeconds: (p: { seconds: string }) => `${p.seconds} s`,
  lengthMinutes: (p: { minutes: number; seconds: string }) => `${p.minutes} min ${p.seconds} s`,
  lengthHours: (p: { hours: number; minutes: string }) => `${p.hours} h ${p.minutes} min`,

  jobMade: (p: {
    jobId: string
    place: string
    length: string
    /** Absent if there is only audio. */
    picture?: { width: number; height: number; fps: number } | undefined
    size: string
    /** Speed relative to real time; absent if an earlier run made the file. */
    speed?: number | undefined
    skipped: number
    warnings: number
  }) =>
    [
      `${p.jobId}: ${p.place}`,
      p.length,
      p.picture ? `${p.picture.width}x${p.picture.height} at ${p.picture.fps} frames/s` : 'sound only',
      p.size,
      p.speed === undefined ? 'unchanged since it was done' : `${p.speed} times real time`,
      ...countsText(p),
    ].join(', '),
  jobMadeNothing: (p: { jobId: string }) => `${p.jobId}: nothing was made`,
}

/** "2 skipped", "1 warning"; empty for none. */
export const countsText = (p: { skipped: number; warnings: number }): string[] => [
  ...(p.skipped > 0 ? [`${p.skipped} skipped`] : []),
  ...(p.warnings > 0 ? [`${p.warnings} ${p.warnings === 1 ? 'warning' : 'warnings'}`] : []),
]

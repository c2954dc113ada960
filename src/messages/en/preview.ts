/** Messages of the `preview` command, and texts in its pictures. */
export const preview = {
  previewOneOrAll: (_: object) =>
    '--at shows one moment, --every-segment a picture of each segment: give one of them',
  previewNoPicture: (_: object) =>
    'the job makes sound alone (RecordingConfig.MediaChannel 1), there is no picture to show',
  previewOutside: (p: { at: number; length: string }) =>
    `--at ${p.at} is not within the output, which is ${p.length} long; give seconds from its beginning`,
  previewMade: (p: {
    path: string
    pictures: number
    segments: number
    /** Set for a single moment. */
    at?: string | undefined
    folder?: string | undefined
  }) =>
    p.at === undefined
      ? `${p.path}: ${picturesOf(p)}${p.folder === undefined ? '' : `, each in ${p.folder}`}`
      : `${p.path}: the picture at ${p.at}`,
  previewTitle: (p: { jobId: string; length: string; pictures: number; segments: number; mock: boolean }) =>
    `${p.jobId}   ${p.length}   ${picturesOf(p)}${p.mock ? ', stand-ins' : ''}`,
  previewNobody: (_: object) => '(nobody)',
}

const picturesOf = ({ pictures, segments }: { pictures: number; segments: number }): string => {
  if (pictures < segments) return `${pictures} of ${segments} segments`
  return segments === 1 ? '1 segment' : `${segments} segments`
}

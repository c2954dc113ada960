/** The job's watermarks -> marks that can be drawn, with the files and inputs they need. */
import type { CommandInput } from '../model/command.ts'
import type { Job } from '../model/job.ts'
import type { Timeline } from '../model/timeline.ts'
import type { Mark, Typeface } from '../graph/watermark.ts'

/** What drawing watermarks needs from the machine. */
export interface MarkFiles {
  readonly type: Typeface
  /** What is added to UTC to get the time that is shown, in ms. */
  readonly zoneOffsetMs: number
  /** PNG files of our own making by the `source` of their watermark. */
  readonly images: ReadonlyMap<string, string>
}

/** @param firstInput number of the command's first input that is free for a picture */
export function makeMarks(options: {
  job: Job
  timeline: Timeline
  files: MarkFiles
  folder: string
  firstInput: number
}): { marks: Mark[]; inputs: CommandInput[]; files: { path: string; text: string }[] } {
  const { job, timeline, files, folder, firstInput } = options
  const inputs: CommandInput[] = []
  const textFiles: { path: string; text: string }[] = []
  const marks = job.watermarks.flatMap((watermark, i): Mark[] => {
    const { x, y, alpha } = watermark
    switch (watermark.kind) {
      case 'time':
        return [
          {
            kind: 'time',
            x,
            y,
            alpha,
            type: files.type,
            localStartMs: timeline.startMs + files.zoneOffsetMs,
          },
        ]
      case 'text': {
        const textFile = `${folder}/watermark-${i + 1}.txt`
        textFiles.push({ path: textFile, text: watermark.text })
        return [{ kind: 'text', x, y, alpha, type: files.type, textFile }]
      }
      case 'image': {
        const path = files.images.get(watermark.source)
        if (path === undefined) return []
        inputs.push({ args: ['-protocol_whitelist', 'file', '-f', 'png_pipe'], path })
        return [{ kind: 'image', x, y, alpha, input: firstInput + inputs.length - 1 }]
      }
    }
  })
  return { marks, inputs, files: textFiles }
}

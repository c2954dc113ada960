/** Resource limits of one ffmpeg process. */
export interface Fence {
  /** Private memory, including frames and thread stacks. */
  readonly memoryMb: number
  readonly cpuSeconds: number
  /** Maximum size of any file it writes. */
  readonly fileMb: number
  readonly openFiles: number
}

/** The limit that an ffmpeg process exceeded. */
export type Reached = 'memory' | 'cpu'

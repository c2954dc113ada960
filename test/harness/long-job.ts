/** A job of some minutes, should nobody end it. */
import { type Running, type Workplace, cfgOf, logged, until } from './run-worker.ts'

/** Starts it on a furnished workplace. @param options.env more settings @returns once its encoder runs */
export async function startLong(
  place: Workplace,
  { env: more, ...options }: { ownGroup?: boolean; env?: Record<string, string> } = {},
): Promise<Running> {
  const video = { Width: 3840, Height: 2160, Fps: 120, BitRate: 50_000 }
  const cfg = await place.write('long.json', cfgOf({ Data: { TranscodingConfig: { Video: video } } }))
  const env = { OWT_VIDEO_PRESET: 'placebo', OWT_LIMITS_CORES: '2', ...more }
  const running = place.start([cfg], { env, ...options })
  await logged(place, ({ msg, command }) => msg === 'ffmpeg starts' && String(command).startsWith('video'))
  // What makes its sandbox has its arguments, too.
  const isEncoder = (line: string) => line.includes('libx264') && !line.includes('--die-with-parent')
  await until('ffmpeg runs', async () => (await place.processes()).some(isEncoder))
  return running
}

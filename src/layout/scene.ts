/** Computes each visible stream's rectangle on the canvas from the layout. */
import type { LayoutChoice, ManualPosition, Preset, ScreenShare } from '../model/job.ts'
import type { Placement, Scene } from '../model/scene.ts'
import { isScreenShare } from '../model/stream-id.ts'
import { customTemplate } from './custom.ts'
import { regionToPixels, type Size } from './pixels.ts'
import { coversMain, presetTemplate } from './presets.ts'
import type { Region } from './region.ts'

/**
 * Places the visible streams.
 *
 * Templates are filled in seat order, with `mainStream` first while it is present. A manual position belongs to its
 * stream, so the order and number of streams do not affect it.
 * @param canvas size in pixels, even
 * @param visible stream ids in seat order, each once
 * @param mainStream `MixerConfig.MaxResolutionStream`
 * @param screenShare `large` puts a screen share into the main region, before `mainStream`
 * @returns placements in painter's order (lowest z first, ties in seat order), in even pixels inside the canvas; manual
 *   rectangles are returned unchanged
 */
export function arrange({
  layout,
  canvas,
  visible,
  mainStream,
  screenShare = 'equal',
}: {
  readonly layout: LayoutChoice
  readonly canvas: Size
  readonly visible: readonly string[]
  readonly mainStream?: string | undefined
  readonly screenShare?: ScreenShare
}): Scene {
  const shared = screenShare === 'large' ? shareToEnlarge(visible, mainStream) : undefined
  const placements = place({
    layout,
    canvas,
    visible,
    mainStream: shared ?? mainStream,
    isSharing: shared !== undefined,
  })
  const seen = new Set(placements.map(({ streamId }) => streamId))
  return {
    placements: [...placements].sort((a, b) => a.z - b.z), // stable: equal z stay in seat order
    unseen: visible.filter((streamId) => !seen.has(streamId)),
  }
}

function place({
  layout,
  canvas,
  visible,
  mainStream,
  isSharing,
}: {
  readonly layout: LayoutChoice
  readonly canvas: Size
  readonly visible: readonly string[]
  readonly mainStream: string | undefined
  readonly isSharing: boolean
}): readonly Placement[] {
  const n = visible.length
  const seats = mainFirst(visible, mainStream)
  switch (layout.kind) {
    case 'preset': {
      const preset = isSharing ? presetWithMain(layout.preset, n) : layout.preset
      const smallZ = coversMain(preset, n) ? 1 : 0
      return seatPlacements({ regions: presetTemplate(preset, n), seats, canvas, smallZ })
    }
    case 'custom':
      return seatPlacements({ regions: customTemplate(layout.templates, n), seats, canvas, smallZ: 0 })
    case 'manual':
      return visible.flatMap((streamId) => manualPlacement(layout.positions, streamId))
  }
}

/** Seat k takes region k; surplus seats or regions are dropped. `smallZ` is the z of every region but the first. */
function seatPlacements({
  regions,
  seats,
  canvas,
  smallZ,
}: {
  readonly regions: readonly Region[]
  readonly seats: readonly string[]
  readonly canvas: Size
  readonly smallZ: number
}): readonly Placement[] {
  return regions.flatMap((region, seat) => {
    const streamId = seats[seat]
    if (streamId === undefined) return []
    return [{ streamId, ...regionToPixels(region, canvas), z: seat === 0 ? 0 : smallZ }]
  })
}

function manualPlacement(positions: readonly ManualPosition[], streamId: string): readonly Placement[] {
  const position = positions.find((entry) => entry.streamId === streamId)
  if (position === undefined) return []
  const { x, y, width, height, z } = position
  return [{ streamId, x, y, width, height, z }]
}

/** The screen share that is enlarged: the main stream if it is one, else the first in seat order. */
function shareToEnlarge(visible: readonly string[], mainStream: string | undefined): string | undefined {
  const shares = visible.filter(isScreenShare)
  return shares.find((streamId) => streamId === mainStream) ?? shares[0]
}

/** Some presets have equal regions for some numbers of streams, where no stream would be large. */
function presetWithMain(preset: Preset, n: number): Preset {
  const [first, second] = presetTemplate(preset, n)
  return first && second?.width.equals(first.width) && second.height.equals(first.height)
    ? 'vertical'
    : preset
}

function mainFirst(visible: readonly string[], mainStream: string | undefined): readonly string[] {
  if (mainStream === undefined || !visible.includes(mainStream)) return visible
  return [mainStream, ...visible.filter((streamId) => streamId !== mainStream)]
}

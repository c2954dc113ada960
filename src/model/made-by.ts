/** How the worker's own films are recognised, so that one is not taken for a recording later. Pure. */

/** The comment in every finished file. */
export const MADE_BY = 'mixed by owt-main'

/** @param comment the tag of that name in a file */
export const isOwnFilm = (comment: string | undefined): boolean => comment === MADE_BY

/** Chapter 12, exercise 1: a product of matrices that reads each element as few times as its tiles allow. */
import { yoursToWrite } from '../exercises/check.js';
import type { CountedMatrix, Tile } from './counted.js';

/**
 * a · b as rows, in tiles whose sums you keep in variables, or in a small array that stands for registers. For each tile and
 * each step of k, every element of a and of b that it needs is read once, with `a.at(row, column)`. Sizes need not be multiples
 * of the tile's.
 */
export function multiply(a: CountedMatrix, b: CountedMatrix, tile: Tile): number[][] {
  return yoursToWrite('multiply', a, b, tile);
}

/** Elements that are loaded for each multiply-add of a tile, when it is whole. */
export function loadsPerProduct(tile: Tile): number {
  return yoursToWrite('loadsPerProduct', tile);
}

/** Registers of `lanes` floats that it takes: all sums, one row of b, and one for an element of a, the same in all lanes. */
export function registers(tile: Tile, lanes: number): number {
  return yoursToWrite('registers', tile, lanes);
}

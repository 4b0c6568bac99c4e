import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateSync, inflateSync } from 'node:zlib';
import { shrinkPng } from './palette-png.ts';

/** A picture of 2 × 2: red and green above, a shade of grey and red beneath; the second line is written as differences to the left. */
function buildPicture(): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(2, 0);
  header.writeUInt32BE(2, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const lines = [0, 255, 0, 0, 0, 255, 0, 1, 100, 101, 102, 155, 155, 154];
  const chunk = (type: string, data: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    return Buffer.concat([length, Buffer.from(type, 'latin1'), data, Buffer.alloc(4)]);
  };
  const idat = deflateSync(Buffer.from(lines));
  return Buffer.concat([Buffer.alloc(8), chunk('IHDR', header), chunk('IDAT', idat), chunk('IEND', Buffer.alloc(0))]);
}

function findChunk(png: Buffer, type: string): Buffer {
  for (let at = 8; at < png.length; at += png.readUInt32BE(at) + 12)
    if (png.toString('latin1', at + 4, at + 8) === type) return png.subarray(at + 8, at + 8 + png.readUInt32BE(at));
  return assert.fail(`no ${type}`);
}

test('a picture of few colors keeps each of its pixels', () => {
  const small = shrinkPng(buildPicture());
  const palette = [...findChunk(small, 'PLTE')];
  const rows = [...inflateSync(findChunk(small, 'IDAT'))];
  const colorAt = (row: number, column: number) => {
    const place = rows[row * 3 + 1 + column] ?? 0;
    return palette.slice(place * 3, place * 3 + 3);
  };
  assert.deepEqual(
    [colorAt(0, 0), colorAt(0, 1), colorAt(1, 0)],
    [
      [255, 0, 0],
      [0, 255, 0],
      [100, 101, 102],
    ],
  );
  assert.deepEqual(colorAt(1, 1), [255, 0, 0]);
});

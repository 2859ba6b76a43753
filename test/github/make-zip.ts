import { crc32 } from "node:zlib";

const DEFLATED = 8;

/** A zip of stored entries (APPNOTE 4.3), with whatever names it is given: those of an attacker, too. */
export function makeZip(
  entries: readonly (readonly [name: string, content: string | Buffer, claimedBytes?: number])[],
): Buffer {
  const locals: Buffer[] = [];
  const centrals: Buffer[] = [];
  let offset = 0;
  for (const [name, text, claimedBytes] of entries) {
    const [nameBytes, content] = [Buffer.from(name), typeof text === "string" ? Buffer.from(text) : text];
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(content.length, 14);
    common.writeUInt32LE(claimedBytes ?? content.length, 18);
    // What is stored has the size that it says.
    if (claimedBytes !== undefined) common.writeUInt16LE(DEFLATED, 4);
    common.writeUInt16LE(nameBytes.length, 22);
    const local = Buffer.concat([Buffer.from("PK\u0003\u0004"), common, nameBytes, content]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    centrals.push(Buffer.concat([Buffer.from("PK\u0001\u0002\u0014\u0000"), common, rest, nameBytes]));
    locals.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(centrals);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(entries.length, 4);
  end.writeUInt16LE(entries.length, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...locals, central, Buffer.from("PK\u0005\u0006"), end]);
}

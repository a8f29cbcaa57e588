// Reads pairs of a subject and the text that the library made of it from standard input, and
// prints the pairs of which ECMAScript makes another text, and their number.
//   node ecmascript.js numbers: a double (8 bytes), the length of its text (1 byte), the text
//   node ecmascript.js texts: the length of a JSON text (4 bytes), the text, the length of its
//     canonical form (4 bytes, -1 if the text was refused), the form
'use strict';

function canonical(text) {
  let value;
  try {
    value = JSON.parse(text);
  } catch (refused) {
    return null;
  }
  return JSON.stringify(value);
}

const readers = {
  numbers(data, from) {
    if (data.length < from + 9) {
      return null;
    }
    const end = from + 9 + data[from + 8];
    if (data.length < end) {
      return null;
    }
    const value = data.readDoubleBE(from);
    return { end, subject: value, made: data.latin1Slice(from + 9, end), right: JSON.stringify(value) };
  },
  texts(data, from) {
    if (data.length < from + 4) {
      return null;
    }
    const middle = from + 4 + data.readInt32BE(from);
    if (data.length < middle + 4) {
      return null;
    }
    const length = data.readInt32BE(middle);
    const end = middle + 4 + Math.max(length, 0);
    if (data.length < end) {
      return null;
    }
    const text = data.utf8Slice(from + 4, middle);
    const made = (length < 0) ? null : data.utf8Slice(middle + 4, end);
    return { end, subject: JSON.stringify(text), made, right: canonical(text) };
  },
};

const read = readers[process.argv[2]];
let rest = Buffer.alloc(0);
let pairs = 0;
let others = 0;
process.stdin.on('data', (chunk) => {
  const data = (rest.length > 0) ? Buffer.concat([rest, chunk]) : chunk;
  let from = 0;
  for (let pair = read(data, from); pair !== null; pair = read(data, from)) {
    pairs++;
    if (pair.made !== pair.right && others++ < 20) {
      console.log(`${pair.subject}: ${pair.made}, but ${pair.right} in ECMAScript`);
    }
    from = pair.end;
  }
  rest = data.subarray(from);
});
process.stdin.on('end', () => console.log(`${pairs} compared, ${others} differ, ${rest.length} bytes left`));

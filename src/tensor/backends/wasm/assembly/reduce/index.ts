// Reductions, each kind in a file of its own.

export * from './cumsum';
export * from './integers';
export * from './max';
export * from './sum';

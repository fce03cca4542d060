export * from './cumsum';
export * from './max';
export * from './sum';

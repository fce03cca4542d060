// Elementary functions of four floats at once, each kind in a file of its own.

export * from './atan';
export * from './erf';
export * from './exp';
export * from './log';
export * from './power';
export * from './trigonometry';

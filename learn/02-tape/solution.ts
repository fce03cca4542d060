/** Chapter 2, exercise 1, solved. */

export function predict(): number[] {
  return [
    2, // x and w
    3, // and y; mul keeps x and w, which are there anyway, tanh its output, which is y; the product went with its scope
    5, // and the loss, and y + 1, which square keeps
    5, // y + 1 was freed, the gradient of w came
    3, // x, w, and the gradient
  ];
}

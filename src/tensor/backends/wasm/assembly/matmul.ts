export function matmul(a: usize, b: usize, c: usize, batch: i32, m: i32, n: i32, k: i32): void {
  for (let i = 0; i < m; i++)
    for (let j = 0; j < n; j++) {
      let sum: f32 = 0;
      for (let p = 0; p < k; p++)
        sum += load<f32>(a + (((i * k + p) as usize) << 2)) * load<f32>(b + (((p * n + j) as usize) << 2));
      store<f32>(c + (((i * n + j) as usize) << 2), sum);
    }
}

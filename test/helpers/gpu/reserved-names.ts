/** Names that a function in a shader cannot have, because gpu.js or a shading language has it already. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const words = (text: string) => text.trim().split(/\s+/);

/** Of GLSL ES 1.00 and 3.00 (chapters 3.7 and 8): keywords, words kept for later, built-in functions. */
const GLSL = words(`
  attribute bool break bvec2 bvec3 bvec4 case centroid const continue default discard do else false flat float for highp
  if in inout int invariant isampler2D isampler2DArray isampler3D isamplerCube ivec2 ivec3 ivec4 layout lowp mat2 mat2x2
  mat2x3 mat2x4 mat3 mat3x2 mat3x3 mat3x4 mat4 mat4x2 mat4x3 mat4x4 mediump out precision return sampler2D
  sampler2DArray sampler2DArrayShadow sampler2DShadow sampler3D samplerCube samplerCubeShadow smooth struct switch true
  uint uniform usampler2D usampler2DArray usampler3D usamplerCube uvec2 uvec3 uvec4 varying vec2 vec3 vec4 void while

  active asm atomic_uint cast class coherent common double dvec2 dvec3 dvec4 enum extern external filter fixed fvec2
  fvec3 fvec4 goto half hvec2 hvec3 hvec4 iimage1D iimage2D iimage3D iimageBuffer iimageCube image1D image2D image3D
  imageBuffer imageCube inline input interface long namespace noinline noperspective output packed partition patch public
  readonly resource restrict sample sampler1D sampler1DShadow sampler2DRect sampler2DRectShadow sampler3DRect
  samplerBuffer short sizeof static subroutine superp template this typedef uimage1D uimage2D uimage3D uimageBuffer
  uimageCube union unsigned using volatile writeonly

  abs acos acosh all any asin asinh atan atanh ceil clamp cos cosh cross dFdx dFdy degrees determinant distance dot equal
  exp exp2 faceforward floatBitsToInt floatBitsToUint floor fract fwidth greaterThan greaterThanEqual intBitsToFloat
  inverse inversesqrt isinf isnan length lessThan lessThanEqual log log2 matrixCompMult max min mix mod modf normalize not
  notEqual outerProduct packHalf2x16 packSnorm2x16 packUnorm2x16 pow radians reflect refract round roundEven sign sin
  sinh smoothstep sqrt step tan tanh texelFetch texelFetchOffset texture texture2D texture2DLod texture2DProj
  texture2DProjLod textureCube textureCubeLod textureGrad textureGradOffset textureLod textureLodOffset textureOffset
  textureProj textureProjGrad textureProjGradOffset textureProjLod textureProjLodOffset textureProjOffset textureSize
  transpose trunc uintBitsToFloat unpackHalf2x16 unpackSnorm2x16 unpackUnorm2x16`);

/** Of WGSL: keywords, reserved words, types and built-in functions of numbers. */
const WGSL = words(`
  alias break case const const_assert continue continuing default diagnostic discard else enable false fn for if let loop
  override requires return struct switch true var while

  NULL Self abstract active alignas alignof as asm asm_fragment async attribute auto await become cast catch class
  co_await co_return co_yield coherent column_major common compile compile_fragment concept const_cast consteval constexpr
  constinit crate debugger decltype delete demote demote_to_helper do dynamic_cast enum explicit export extends extern
  external fallthrough filter final finally friend from fxgroup get goto groupshared highp impl implements import inline
  instanceof interface layout lowp macro macro_rules match mediump meta mod module move mut mutable namespace new nil
  noexcept noinline nointerpolation non_coherent noncoherent noperspective null nullptr of operator package packoffset
  partition pass patch pixelfragment precise precision premerge priv protected pub public readonly ref regardless register
  reinterpret_cast require resource restrict self set shared sizeof smooth snorm static static_assert static_cast std
  subroutine super target template this thread_local throw trait try type typedef typeid typename typeof union unless
  unorm unsafe unsized use using varying virtual volatile wgsl where with writeonly yield

  array atomic bool f16 f32 i32 mat2x2 mat2x3 mat2x4 mat3x2 mat3x3 mat3x4 mat4x2 mat4x3 mat4x4 ptr sampler u32 vec2 vec3
  vec4

  abs acos acosh all any arrayLength asin asinh atan atan2 atanh bitcast ceil clamp cos cosh countLeadingZeros
  countOneBits countTrailingZeros cross degrees determinant distance dot dot4I8Packed dot4U8Packed dpdx dpdxCoarse
  dpdxFine dpdy dpdyCoarse dpdyFine exp exp2 extractBits faceForward firstLeadingBit firstTrailingBit floor fma fract
  frexp fwidth fwidthCoarse fwidthFine insertBits inverseSqrt ldexp length log log2 max min mix modf normalize pow
  quantizeToF16 radians reflect refract reverseBits round saturate select sign sin sinh smoothstep sqrt step
  storageBarrier tan tanh transpose trunc workgroupBarrier workgroupUniformLoad`);

/** What gpu.js writes into its shaders: read from its source, which changes with its versions. */
function namesInGpuJs(): string[] {
  const { resolve } = createRequire(import.meta.url);
  const read = (file: string) => readFileSync(resolve(`gpu.js/src/backend/${file}`), 'utf8');
  const glsl = ['web-gl/fragment-shader.js', 'web-gl2/fragment-shader.js'].flatMap((file) =>
    [...read(file).matchAll(/^(?:void|int|float|i?vec[234]) (\w+)\(/gm)].map(([, name]) => name),
  );
  const wgsl = [...read('web-gpu/kernel.js').matchAll(/\bfn (\w+)\(/g)].map(([, name]) => name);
  return [...glsl, ...wgsl];
}

/** Every name that is taken. */
export function reservedNames(): ReadonlySet<string> {
  // gpu.js takes a call of a function by the name of one of Math for that one.
  return new Set([...GLSL, ...WGSL, ...Object.getOwnPropertyNames(Math), ...namesInGpuJs()]);
}

/** GLSL ES 3.00. Everything is drawn relative to the eye: `modelViewMatrix` was made in float64. */

/**
 * Quantised points: `position` is x, y, z over the chunk's box, and bits (`DecodedChunk.positions`).
 * What a person chooses to see is uniforms and palette only: a change uploads no points.
 */
export const POINT_VERTEX = /* glsl */ `
precision highp float;
precision highp int;
in vec4 position;
in vec4 tags;               // device, time, slot of the cuboid it is in, 0
uniform mat4 modelViewMatrix;
uniform mat4 projectionMatrix;
uniform vec3 uExtent;       // metres of the chunk's box
uniform int uMode;          // row of the palette
uniform vec2 uIntensity;    // levels at the ends of the palette
uniform vec3 uDevice;       // metres from the chunk's origin
uniform float uFar;         // metres at which the distance palette ends
uniform float uTall;        // metres above the ground at which the height palette ends
uniform vec3 uSize;         // pixels: of one metre at depth 1, smallest, largest
uniform sampler2D uPalette;
uniform sampler2D uGround;  // metres above uGroundLevel
uniform vec3 uGroundPlace;  // of the texture a metre along x and y, and the level
uniform float uGroundLight; // what the ground keeps of its light; below 0 it is hidden
uniform bool uHideLabelled;
uniform vec4 uCrop;         // metres from the chunk's origin, and a radius; below 0 shows all
uniform mat3 uBoxAxes;      // metres from the chunk's origin -> [-1, 1] in the selected cuboid
uniform vec3 uBoxOffset;
uniform bool uHasBox;
out vec3 vColour;
out float vRound;

const float LEVELS = 65535.0;

float alongPalette(vec3 local, float intensity, float above) {
  if (uMode == 0) return sqrt(max(above, 0.0) / uTall);
  if (uMode == 1) {
    float t = (intensity - uIntensity.x) / max(uIntensity.y - uIntensity.x, 1.0);
    return sqrt(max(t, 0.0));
  }
  if (uMode == 2) return distance(local, uDevice) / uFar;
  if (uMode == 4) return tags.y / 255.0;
  // What is counted: the middle of an entry.
  return ((uMode == 3 ? tags.x : tags.z) + 0.5) / float(textureSize(uPalette, 0).x);
}

void main() {
  float bits = floor(position.w * LEVELS + 0.5);
  vec2 quarters = vec2(floor(mod(bits, 16.0) / 4.0), mod(bits, 4.0));
  vec3 place = vec3(position.xy + quarters / (4.0 * LEVELS), position.z);
  vec3 local = place * uExtent;
  vec3 inBox = abs(uBoxAxes * local + uBoxOffset);
  bool chosen = uHasBox && max(inBox.x, max(inBox.y, inBox.z)) <= 1.0;
  float ground = texture(uGround, local.xy * uGroundPlace.xy).r + uGroundPlace.z;
  float above = local.z - ground;
  float onGround = 1.0 - smoothstep(0.15, 0.35, above);

  bool hidden = uCrop.w >= 0.0 && distance(local.xy, uCrop.xy) > uCrop.w;
  if (!chosen) {
    hidden = hidden || (uGroundLight < 0.0 && onGround > 0.5) || (uHideLabelled && tags.z > 0.5);
  }
  if (hidden) {
    gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
    gl_PointSize = 1.0;
    return;
  }

  vec4 view = modelViewMatrix * vec4(place, 1.0);
  gl_Position = projectionMatrix * view;
  float t = alongPalette(local, floor(bits / 16.0), above);
  float row = (float(uMode) + 0.5) / float(textureSize(uPalette, 0).y);
  vColour = texture(uPalette, vec2(clamp(t, 0.0, 1.0), row)).rgb;
  vColour *= mix(1.0, max(uGroundLight, 0.0), onGround);
  float depth = -view.z;
  // What is far is dimmer, so that the eye finds the depth.
  vColour *= mix(1.0, 0.62, smoothstep(30.0, 220.0, depth));
  float size = clamp(uSize.x / max(depth, 0.1), uSize.y, uSize.z);
  if (chosen) {
    vColour = mix(vColour, vec3(1.0, 0.98, 0.9), 0.72);
    size += 0.8;
  }
  gl_PointSize = size;
  vRound = size >= 4.0 ? 1.0 : 0.0;
}
`;

export const POINT_FRAGMENT = /* glsl */ `
precision mediump float;
in vec3 vColour;
in float vRound;
out vec4 colour;
void main() {
  vec2 at = gl_PointCoord - 0.5;
  if (vRound * dot(at, at) > 0.25) discard;
  colour = vec4(vColour, 1.0);
}
`;

/** Lines of a width in pixels: one instance a line, four corners each, feathered at the sides. */
const DRAW_LINE = /* glsl */ `
in vec2 position;           // x: 0 at the start, 1 at the end; y: -1 and 1 across
uniform mat4 modelViewMatrix;
uniform mat4 projectionMatrix;
uniform vec2 uViewport;     // device pixels
uniform float uPixelRatio;
out vec4 vTint;
out vec2 vAcross;           // pixels from the middle, half the width
out vec3 vAlong;            // pixels along times w, w, dash: undoes perspective interpolation

const float NEAR = 0.05;

// width and dash in pixels; dash 0 is solid
void drawLine(vec3 start, vec3 end, vec4 tint, float width, float dash) {
  vec3 a = (modelViewMatrix * vec4(start, 1.0)).xyz;
  vec3 b = (modelViewMatrix * vec4(end, 1.0)).xyz;
  if (a.z > -NEAR && b.z > -NEAR) {
    gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
    return;
  }
  if (a.z > -NEAR) a = mix(b, a, (-NEAR - b.z) / (a.z - b.z));
  if (b.z > -NEAR) b = mix(a, b, (-NEAR - a.z) / (b.z - a.z));
  vec4 ca = projectionMatrix * vec4(a, 1.0);
  vec4 cb = projectionMatrix * vec4(b, 1.0);
  vec2 pixels = 0.5 * uViewport;
  vec2 way = (cb.xy / cb.w - ca.xy / ca.w) * pixels;
  float span = length(way);
  vec2 along = span > 1e-4 ? way / span : vec2(1.0, 0.0);
  float halfWidth = 0.5 * width * uPixelRatio;
  float reach = halfWidth + 1.0;
  vec2 offset = vec2(-along.y, along.x) * position.y * reach;
  vec4 clip = mix(ca, cb, position.x);
  clip.xy += offset / pixels * clip.w;
  gl_Position = clip;
  vTint = tint;
  vAcross = vec2(position.y * reach, halfWidth);
  vAlong = vec3(position.x * span * clip.w, clip.w, dash * uPixelRatio);
}
`;

export const LINE_VERTEX = /* glsl */ `
precision highp float;
in vec3 start;
in vec3 end;
in vec4 tint;
in vec2 style;              // width and dash
${DRAW_LINE}
void main() {
  drawLine(start, end, tint, style.x, style.y);
}
`;

/** A box of its own place, size and heading: one instance a cuboid. */
const CUBOID = /* glsl */ `
in vec3 centre;
in vec3 size;
in vec4 rotation;           // wxyz
in vec4 tint;
in vec4 style;              // width and dash of lines; alpha of the front face, of the others

vec3 placed(vec3 local) {
  vec3 axis = rotation.yzw;
  return centre + local + 2.0 * cross(axis, cross(axis, local) + rotation.x * local);
}
`;

/**
 * The edges of cuboids and the arrows on their floors. An end of a line is `unit` in half sizes, and
 * for the arrow besides: x times how far it reaches (as `headingArrow` of geometry/cuboid.ts does), y and
 * z times the size of its head.
 */
export const CUBOID_LINE_VERTEX = /* glsl */ `
precision highp float;
in vec3 fromUnit;
in vec3 fromArrow;
in vec3 toUnit;
in vec3 toArrow;
in float dashed;
${CUBOID}
${DRAW_LINE}
vec3 end(vec3 unit, vec3 arrow) {
  float reach = 0.5 * size.x + min(0.25 * size.x, 1.0);
  float head = 0.25 * min(size.x, size.y);
  vec3 onFloor = vec3(arrow.x * reach + arrow.y * head, arrow.z * head, 0.0);
  return placed(0.5 * unit * size + onFloor);
}
void main() {
  drawLine(end(fromUnit, fromArrow), end(toUnit, toArrow), tint, style.x, dashed * style.y);
}
`;

export const LINE_FRAGMENT = /* glsl */ `
precision highp float;
in vec4 vTint;
in vec2 vAcross;
in vec3 vAlong;
out vec4 colour;
void main() {
  float alpha = clamp(vAcross.y + 0.5 - abs(vAcross.x), 0.0, 1.0);
  if (vAlong.z > 0.0) {
    float at = fract(vAlong.x / vAlong.y / (2.0 * vAlong.z));
    if (at > 0.6) discard;
  }
  colour = vec4(vTint.rgb, vTint.a * alpha);
}
`;

export const CUBOID_FACE_VERTEX = /* glsl */ `
precision highp float;
in vec3 position;           // in half sizes
in float front;
${CUBOID}
uniform mat4 modelViewMatrix;
uniform mat4 projectionMatrix;
out vec4 vTint;
void main() {
  float alpha = front > 0.5 ? style.z : style.w;
  if (alpha == 0.0) {
    gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
    return;
  }
  gl_Position = projectionMatrix * modelViewMatrix * vec4(placed(0.5 * position * size), 1.0);
  vTint = vec4(tint.rgb, alpha);
}
`;

export const FACE_FRAGMENT = /* glsl */ `
precision mediump float;
in vec4 vTint;
out vec4 colour;
void main() {
  colour = vTint;
}
`;

/** Handles and signs: discs, squares and diamonds of a size in pixels, with a dark rim. */
export const HANDLE_VERTEX = /* glsl */ `
precision highp float;
in vec3 position;
in vec4 tint;
in vec2 style;              // pixels across; 0 a square, 1 a disc, 2 a diamond
uniform mat4 modelViewMatrix;
uniform mat4 projectionMatrix;
uniform float uPixelRatio;
out vec4 vTint;
out vec2 vStyle;
void main() {
  gl_Position = projectionMatrix * modelViewMatrix * vec4(position, 1.0);
  gl_PointSize = (style.x + 3.0) * uPixelRatio;
  vTint = tint;
  vStyle = vec2(gl_PointSize, style.y);
}
`;

export const HANDLE_FRAGMENT = /* glsl */ `
precision highp float;
in vec4 vTint;
in vec2 vStyle;
out vec4 colour;
void main() {
  vec2 at = (gl_PointCoord - 0.5) * vStyle.x;
  float away = vStyle.y > 0.5 ? length(at) : max(abs(at.x), abs(at.y));
  if (vStyle.y > 1.5) away = abs(at.x) + abs(at.y);
  float edge = 0.5 * vStyle.x;
  float outer = clamp(edge - away, 0.0, 1.0);
  float inner = clamp(edge - 2.0 - away, 0.0, 1.0);
  colour = vec4(mix(vec3(0.05, 0.06, 0.08), vTint.rgb, inner), outer * vTint.a);
}
`;

/**
 * The ground grid fades into the background around the point looked at. It is mixed here and drawn
 * first, not blended: every point lies over it.
 */
export const GRID_VERTEX = /* glsl */ `
precision highp float;
in vec3 position;
in float strength;
uniform mat4 modelViewMatrix;
uniform mat4 projectionMatrix;
out vec2 vFrom;
out float vStrength;
void main() {
  gl_Position = projectionMatrix * modelViewMatrix * vec4(position, 1.0);
  vFrom = position.xy;
  vStrength = strength;
}
`;

export const GRID_FRAGMENT = /* glsl */ `
precision highp float;
in vec2 vFrom;
in float vStrength;
uniform float uReach;
uniform vec3 uBackground;
out vec4 colour;
void main() {
  float fade = 1.0 - smoothstep(0.25 * uReach, uReach, length(vFrom));
  colour = vec4(mix(uBackground, vec3(0.55, 0.65, 0.8), vStrength * fade), 1.0);
}
`;

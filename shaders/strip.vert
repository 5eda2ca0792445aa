#version 330 core
// Runs of texels of one row of the strips; one instance each.
layout(location = 0) in ivec2 corner; // top left pixel
layout(location = 1) in uvec2 size;
layout(location = 2) in ivec2 texel;  // column and row of its first texel
uniform vec4 target;
flat out ivec2 origin; // add to the pixel's x: column; row

void main()
{
    vec2 pixel = vec2(corner) + vec2(gl_VertexID & 1, gl_VertexID >> 1) * vec2(size);
    gl_Position = vec4(pixel * target.xy + target.zw, 0.0, 1.0);
    origin = ivec2(texel.x - corner.x, texel.y);
}

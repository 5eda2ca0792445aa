#version 330 core
flat in ivec2 place;
flat in vec4 ink;
uniform samplerBuffer coverage;
uniform vec2 top; // gl_FragCoord.y to pixels from the top: scale, offset
out vec4 result;

void main()
{
    ivec2 pixel = ivec2(gl_FragCoord.x, gl_FragCoord.y * top.x + top.y);
    float c = texelFetch(coverage, place.x + pixel.y * place.y + pixel.x).r;
    result = vec4(ink.rgb, ink.a * c);
}

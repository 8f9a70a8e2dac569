using System;

namespace Fairlead.Http1;

/// <summary>Removes <c>.</c> and <c>..</c> segments (RFC 3986 §5.2.4), also written with <c>%2e</c>, before a path is routed by and forwarded. Nothing else is decoded.</summary>
public static class PathNormalizer
{
    /// <summary>True when the path has a segment that is <c>.</c> or <c>..</c>.</summary>
    public static bool HasDotSegments(ReadOnlySpan<byte> path)
    {
        while (true)
        {
            var slash = path.IndexOf((byte)'/');
            if (DotsOf(slash < 0 ? path : path[..slash]) > 0)
                return true;
            if (slash < 0)
                return false;
            path = path[(slash + 1)..];
        }
    }

    /// <summary>
    /// Writes the path without dot segments and says how long it is; -1 when it climbs above the root, or does not begin with a slash. <paramref name="destination"/> is at
    /// least as long as <paramref name="path"/>.
    /// </summary>
    public static int RemoveDotSegments(ReadOnlySpan<byte> path, Span<byte> destination)
    {
        if (!path.IsEmpty && path[0] != (byte)'/')
            return -1;
        var written = 0;
        while (!path.IsEmpty)
        {
            var next = path[1..].IndexOf((byte)'/') + 1;             // path[0] is the slash before this segment
            var segment = next == 0 ? path : path[..next];
            var dots = DotsOf(segment[1..]);
            var isLast = next == 0;
            if (dots == 2)
            {
                if (written == 0)
                    return -1;
                written = destination[..written].LastIndexOf((byte)'/');
            }

            if (dots > 0 && isLast)
                destination[written++] = (byte)'/';                  // "/a/." and "/a/b/.." name the directory
            if (dots == 0)
            {
                segment.CopyTo(destination[written..]);
                written += segment.Length;
            }

            path = isLast ? default : path[next..];
        }

        return written;
    }

    /// <summary>1 for a <c>.</c> segment, 2 for <c>..</c>, 0 for any other.</summary>
    private static int DotsOf(ReadOnlySpan<byte> segment)
    {
        if (segment.Length is 0 or > 6)
            return 0;
        var dots = 0;
        while (!segment.IsEmpty)
        {
            if (segment[0] == (byte)'.')
                segment = segment[1..];
            else if (segment.Length >= 3 && segment[0] == (byte)'%' && segment[1] == (byte)'2' && segment[2] is (byte)'e' or (byte)'E')
                segment = segment[3..];
            else
                return 0;
            dots++;
        }

        return dots <= 2 ? dots : 0;
    }
}

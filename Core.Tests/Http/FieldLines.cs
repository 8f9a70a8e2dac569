using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Fairlead.Http1;
using Fairlead.Primitives;

namespace Fairlead.Tests.Http;

/// <summary>Field lines as a parser would hand them over: bytes, and slices into them.</summary>
internal sealed class FieldLines
{
    public FieldLines(params string[] lines)
    {
        Bytes = Encoding.Latin1.GetBytes("GET / HTTP/1.1\r\n" + string.Concat(lines.Select(static line => line + "\r\n")) + "\r\n");
        Fields = new HeaderField[lines.Length];
        var at = Array.IndexOf(Bytes, (byte)'\n') + 1;
        for (var i = 0; i < lines.Length; i++)
        {
            var colon = lines[i].IndexOf(':', StringComparison.Ordinal);
            var value = lines[i][(colon + 1)..];
            var leading = value.Length - value.TrimStart(' ', '\t').Length;
            var name = new Slice(at, colon);
            Fields[i] = new HeaderField(name, new Slice(at + colon + 1 + leading, value.Trim(' ', '\t').Length), FieldNames.Recognise(name.Of(Bytes)));
            at += lines[i].Length + 2;
        }
    }

    public byte[] Bytes { get; }

    public HeaderField[] Fields { get; }

    /// <summary>The first <paramref name="count"/> fields as text again, <c>name: value</c>.</summary>
    public IEnumerable<string> First(int count) => Fields.Take(count).Select(field =>
        Encoding.Latin1.GetString(field.Name.Of(Bytes)) + ": " + Encoding.Latin1.GetString(field.Value.Of(Bytes)));
}

using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Fairlead.Http1;
using Fairlead.Primitives;

namespace Fairlead.Tests.Balancing;

/// <summary>A request head as bytes and the slices a parser would give for it.</summary>
internal sealed class RequestText
{
    private readonly List<HeaderField> _fields = [];
    private readonly Slice _path;
    private readonly Slice _query;

    /// <summary>A target such as <c>/a?b=c</c> and fields such as <c>Name: value</c>.</summary>
    public RequestText(string target, params string[] fields)
    {
        var text = new StringBuilder("GET ");
        var question = target.IndexOf('?', StringComparison.Ordinal);
        _path = new Slice(text.Length, question < 0 ? target.Length : question);
        _query = new Slice(_path.End, target.Length - _path.Length);
        text.Append(target).Append(" HTTP/1.1\r\n");
        foreach (var (name, value) in fields.Select(static f => (f[..f.IndexOf(':', StringComparison.Ordinal)], f[(f.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim())))
        {
            var nameSlice = new Slice(text.Length, name.Length);
            text.Append(name).Append(": ");
            _fields.Add(new HeaderField(nameSlice, new Slice(text.Length, value.Length), FieldName.Other));
            text.Append(value).Append("\r\n");
        }

        Head = Encoding.Latin1.GetBytes(text.Append("\r\n").ToString());
        Fields = [.. _fields];
    }

    public byte[] Head { get; }

    public HeaderField[] Fields { get; }

    public ReadOnlySpan<byte> Path => _path.Of(Head);

    public ReadOnlySpan<byte> Query => _query.Of(Head);
}

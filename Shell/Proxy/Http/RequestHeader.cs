using System;
using Fairlead.Http1;
using Fairlead.Primitives;

namespace Fairlead.Proxy;

/// <summary>Method, target and fields of a request. What is edited here is what is sent on; framing and hop-by-hop fields are the proxy's own and cannot be set.</summary>
public sealed class RequestHeader : MessageHeader
{
    private const int FieldsExpected = 32;

    private RequestHead _head;
    private Slice _method;
    private Slice _path;
    private Slice _query;
    private Slice _authority;

    internal RequestHeader()
        : base(FieldsExpected)
    {
    }

    /// <summary>The method as sent, for example <c>GET</c>.</summary>
    public string Method => Text(_method);

    /// <summary>The path as forwarded, without the query; <c>*</c> for a server-wide OPTIONS.</summary>
    public string Path => Text(_path);

    /// <summary>The query with its <c>?</c>, or empty.</summary>
    public string Query => Text(_query);

    /// <summary>The host the request is for, with its port if one was given; empty when an HTTP/1.0 request named none.</summary>
    public string Authority => Text(_authority);

    /// <summary>The version the client speaks: 1.1 or 1.0. A backend always sees 1.1.</summary>
    public Version Version => Head.Version == Http1.HttpVersion.Http10 ? System.Net.HttpVersion.Version10 : System.Net.HttpVersion.Version11;

    /// <summary>The method as sent, as bytes.</summary>
    public ReadOnlySpan<byte> MethodBytes => Bytes(_method);

    /// <summary>The path, as bytes.</summary>
    public ReadOnlySpan<byte> PathBytes => Bytes(_path);

    /// <summary>The query with its <c>?</c>, as bytes.</summary>
    public ReadOnlySpan<byte> QueryBytes => Bytes(_query);

    /// <summary>The host the request is for, as bytes.</summary>
    public ReadOnlySpan<byte> AuthorityBytes => Bytes(_authority);

    internal ref readonly RequestHead Head => ref _head;

    /// <summary>Replaces path and query. <paramref name="path"/> begins with <c>/</c>; <paramref name="query"/> is empty or begins with <c>?</c>.</summary>
    /// <exception cref="ArgumentException">A byte that cannot stand in a request target, or a wrong first character.</exception>
    public void SetTarget(ReadOnlySpan<byte> path, ReadOnlySpan<byte> query)
    {
        if (path.IsEmpty || path[0] != (byte)'/' || !IsTarget(path) || path.Contains((byte)'?'))
            throw new ArgumentException("A path begins with '/' and has no space, control character, '#' or '?'.", nameof(path));
        if (!query.IsEmpty && (query[0] != (byte)'?' || !IsTarget(query)))
            throw new ArgumentException("A query is empty, or begins with '?' and has no space, control character or '#'.", nameof(query));
        _path = Store(path);
        _query = Store(query);
    }

    /// <summary>
    /// Takes over a parsed head in the form it will be forwarded in: origin form, dot segments removed (RFC 9112 §3.2.2, RFC 3986 §5.2.4).
    /// False when the path climbs above the root.
    /// </summary>
    internal bool TryLoad(ReadOnlySpan<byte> head, in RequestHead parsed, ReadOnlySpan<HeaderField> fields)
    {
        Load(head, fields);
        _head = parsed;
        _method = parsed.Method;
        _query = parsed.Query;
        _authority = parsed.Authority;
        _path = parsed.Path;
        if (parsed.IsAsteriskForm || (parsed.Path.IsEmpty && parsed.Kind == MethodKind.Options && parsed.Query.IsEmpty))
            _path = Store("*"u8);
        else if (parsed.Path.IsEmpty)
            _path = Store("/"u8);
        else if (parsed.HasDotSegments)
            return TryNormalise(head, parsed.Path);
        return true;
    }

    /// <summary>Empties it for the next exchange.</summary>
    internal void Forget()
    {
        ForgetFields();
        _head = default;
        (_method, _path, _query, _authority) = (default, default, default, default);
    }

    /// <summary>Path and query in one piece.</summary>
    internal ReadOnlySpan<byte> ForwardedTarget()
    {
        if (_query.IsEmpty)
            return Bytes(_path);
        if (_path.End == _query.Start)
            return Bytes(new Slice(_path.Start, _path.Length + _query.Length));
        Span<byte> both = new byte[_path.Length + _query.Length];
        Bytes(_path).CopyTo(both);
        Bytes(_query).CopyTo(both[_path.Length..]);
        return both;
    }

    internal void CopyFrom(RequestHeader other)
    {
        LoadFrom(other);
        _head = other._head;
        (_method, _path, _query, _authority) = (other._method, other._path, other._query, other._authority);
    }

    private bool TryNormalise(ReadOnlySpan<byte> head, Slice path)
    {
        Span<byte> scratch = path.Length <= 512 ? stackalloc byte[path.Length] : new byte[path.Length];
        var length = PathNormalizer.RemoveDotSegments(path.Of(head), scratch);
        if (length < 0)
            return false;
        _path = Store(scratch[..length]);
        return true;
    }

    private static bool IsTarget(ReadOnlySpan<byte> target) => !target.ContainsAnyInRange((byte)0, (byte)' ') && !target.Contains((byte)'#') && !target.ContainsAnyInRange((byte)0x7F, (byte)0xFF);
}

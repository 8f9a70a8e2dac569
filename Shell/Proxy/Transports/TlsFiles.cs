using System;
using System.Collections.Generic;
using System.IO;
using System.Security.Cryptography;
using System.Threading;

namespace Fairlead.Proxy.Transports;

/// <summary>Files that are looked at from time to time.</summary>
internal interface IWatchedFiles
{
    /// <summary>Takes over what has changed. What cannot be used leaves the old in force, and is told once: <paramref name="problem"/> says why.</summary>
    CertificateChange Look(out string problem);
}

/// <summary>What TLS files say, read when it is first wanted and again when they have changed; a handshake uses what is in force when it begins.</summary>
internal sealed class TlsFiles<T>(IReadOnlyList<string> files, Func<T> load) : IWatchedFiles
    where T : class
{
    private readonly Lock _gate = new();
    private T? _inForce;
    private byte[] _seen = [];

    /// <exception cref="CryptographicException">Not a certificate, or not its key; only before something is in force.</exception>
    /// <exception cref="IOException">A file cannot be read; only before something is in force.</exception>
    public T InForce => Volatile.Read(ref _inForce) ?? ReadFirst();

    public CertificateChange Look(out string problem)
    {
        problem = "";
        lock (_gate)
        {
            if (_inForce is null || files.Count == 0)
                return CertificateChange.None;                       // nobody has wanted it yet, or nothing can change
            try
            {
                var now = Fingerprint();
                if (now.AsSpan().SequenceEqual(_seen))
                    return CertificateChange.None;
                _seen = now;
                Volatile.Write(ref _inForce, load());
                return CertificateChange.Taken;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
            {
                if (e is not CryptographicException)
                {
                    if (_seen.Length == 0)
                        return CertificateChange.None;
                    _seen = [];                                      // not there, or not for us: whatever comes next is a change
                }

                problem = $"{files[0]}: the changed TLS files cannot be used, the old ones stay in force: {e.Message}";
                return CertificateChange.Refused;
            }
        }
    }

    private T ReadFirst()
    {
        lock (_gate)
        {
            if (_inForce is { } read)
                return read;
            var seen = Fingerprint();
            var first = load();
            _seen = seen;
            Volatile.Write(ref _inForce, first);
            return first;
        }
    }

    /// <summary>By content: times are too coarse for a certificate and a key that are written one after the other, and links hide them.</summary>
    private byte[] Fingerprint()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in files)
            hash.AppendData(SHA256.HashData(File.ReadAllBytes(file)));
        return hash.GetHashAndReset();
    }
}

/// <summary>What a look at TLS files came to.</summary>
internal enum CertificateChange : byte
{
    /// <summary>They are as they were, or still wrong.</summary>
    None = 0,

    /// <summary>They are in force now.</summary>
    Taken,

    /// <summary>They cannot be used.</summary>
    Refused,
}

namespace Fairlead.Http1;

/// <summary>What is wrong with a head. One case per cause.</summary>
public enum HeadFault : byte
{
    /// <summary>Nothing.</summary>
    None = 0,
}
